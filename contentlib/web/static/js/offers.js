// A box that offers what typed words may become: the search box and the palette. The list comes ready from the server;
// without script the search box is a plain one.
const WAIT = 60;

export function watchOffers() {
  for (const box of document.querySelectorAll("input[data-offers]")) makeCombobox(box);
  const palette = document.getElementById("palette");
  if (!palette) return;
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!palette.open && !document.querySelector("dialog[open]")) palette.showModal();
  });
  palette.addEventListener("close", () => { palette.querySelector("input").value = ""; });
}

function makeCombobox(box) {
  const list = document.getElementById(`${box.id}-offers`);
  const said = document.getElementById(`${box.id}-said`);
  const isPalette = box.closest("dialog") !== null;
  let timer = 0;
  let latest = 0;
  let chosen = null;
  let isAsking = false;
  let isEntered = false;
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-expanded", "false");

  const choose = (option) => {
    chosen?.setAttribute("aria-selected", "false");
    chosen = option;
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) box.setAttribute("aria-activedescendant", chosen.id);
    else box.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    latest += 1;
    isAsking = isEntered = false;
    clearTimeout(timer);
    choose(null);
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
  };
  const ask = async () => {
    const mine = (latest += 1);
    const answer = await fetch(`${box.dataset.offers}?q=${encodeURIComponent(box.value)}`, { headers: { "HX-Request": "true" } })
      .catch(() => null);
    const html = answer?.ok ? await answer.text() : "";
    if (mine !== latest) return;
    isAsking = false;
    choose(null);
    list.innerHTML = html;
    const options = list.querySelectorAll("[role=option]");
    list.hidden = options.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = options.length ? `${options.length} offered` : "";
    if (isPalette && options.length && box.value) choose(options[0]);
    if (isEntered && chosen) follow(chosen);
    isEntered = false;
  };
  const later = () => {
    clearTimeout(timer);
    isAsking = true;
    timer = setTimeout(ask, WAIT);
  };
  const follow = (option) => {
    close();
    if (option.dataset.href) location.assign(option.dataset.href);
    else send(option.dataset.deed);
  };
  const step = (by) => {
    const options = [...list.querySelectorAll("[role=option]")];
    const at = options.indexOf(chosen) + by;
    if (at >= 0 && at < options.length) choose(options[at]);
    else choose(isPalette ? options.at(at < 0 ? -1 : 0) : null);
  };

  box.addEventListener("input", later);
  box.addEventListener("focus", () => { if (isPalette) ask(); });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else if (event.key === "ArrowUp" && !chosen) step(list.querySelectorAll("[role=option]").length);
      else step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && isPalette) {
      // The words were typed faster than the answer came: what it offers first is followed then.
      event.preventDefault();
      if (isAsking) isEntered = true;
      else if (chosen) follow(chosen);
    } else if (event.key === "Enter" && chosen) {
      event.preventDefault();
      follow(chosen);
    } else if (event.key === "Escape" && !list.hidden && !isPalette) {
      event.preventDefault();
      close();
    }
  });
  // Not on press: the box must keep the focus until the line is followed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option);
  });
}

// A deed is posted with the page's own token.
function send(action) {
  const form = document.createElement("form");
  const token = document.createElement("input");
  const headers = document.body.getAttribute("hx-headers:inherited");
  form.method = "post";
  form.action = action;
  token.type = "hidden";
  token.name = "csrf_token";
  token.value = JSON.parse(headers)["X-CSRFToken"];
  form.append(token);
  document.body.append(form);
  form.submit();
}
