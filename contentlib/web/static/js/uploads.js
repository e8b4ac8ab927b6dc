// Sends dropped files one by one, shows how far each is and what became of it; a file that fails stops no other.
const AT_ONCE = 2;

// Gives the files of dropped folders, without those that systems put there by themselves.
async function* filesIn(entries) {
  for (const entry of entries) {
    if (entry.name.startsWith(".") || entry.name === "__MACOSX") continue;
    if (entry.isFile) yield await new Promise((found, failed) => entry.file(found, failed));
    else {
      const reader = entry.createReader();
      for (let some = [0]; some.length;) { // it gives a hundred at a time
        some = await new Promise((found, failed) => reader.readEntries(found, failed));
        yield* filesIn(some);
      }
    }
  }
}

function watchUploads(form) {
  const input = form.querySelector("input[type=file]");
  const list = document.querySelector("[data-taken]");
  const limit = Number(form.dataset.limitMb) * 1024 * 1024;
  const token = form.querySelector("[name=csrf_token]").value;
  const all = document.querySelector("[data-all]");
  const waiting = [];
  const sent = new Set();
  let running = 0;
  let taken = 0;
  let asked = 0;

  const say = (words) => { document.querySelector("[data-said]").textContent = words; };

  function row(file) {
    const item = document.getElementById("sending").content.cloneNode(true).firstElementChild;
    item.querySelector(".file-name").textContent = file.name;
    list.append(item);
    return item;
  }

  function state(item, words, why = "") {
    item.querySelector(".taken-state").textContent = words;
    item.querySelector("[data-why]").textContent = why;
  }

  function tally() {
    const open = running + waiting.length;
    all.hidden = asked < 2;
    all.querySelector("[data-tally]").textContent = open ? `${asked - open} of ${asked} files done` : `${asked} files done`;
    all.querySelector("[data-cancel-all]").hidden = open === 0;
  }

  function end(item, words, why, mayRetry) {
    item.classList.replace("is-sending", "is-refused");
    state(item, words, why);
    item.querySelector("progress").hidden = true;
    item.querySelector("[data-cancel]").hidden = true;
    item.querySelector("[data-again]").hidden = !mayRetry;
    say(`${item.querySelector(".file-name").textContent}: ${words}. ${why}`);
  }

  function take(file) {
    const item = row(file);
    asked += 1;
    const begin = () => {
      item.classList.remove("is-refused");
      item.classList.add("is-sending");
      item.querySelector("progress").value = 0;
      item.hadArrived = false;
      for (const [part, isHidden] of [["progress", false], ["[data-cancel]", false], ["[data-again]", true]]) {
        item.querySelector(part).hidden = isHidden;
      }
      state(item, "Waiting");
      if (file.size > limit) {
        end(item, "Not taken", `It has ${Math.round(file.size / 1048576)} MB, more than the ${form.dataset.limitMb} MB that are taken in.`, false);
        tally();
        return;
      }
      waiting.push({ file, item });
      next();
    };
    item.querySelector("[data-again]").addEventListener("click", begin);
    item.querySelector("[data-cancel]").addEventListener("click", () => {
      const at = waiting.findIndex((one) => one.item === item);
      if (at >= 0) waiting.splice(at, 1);
      cancel(item);
      tally();
    });
    begin();
  }

  // The library looks whether anybody still waits before it keeps a file; the answer may be on its way, though.
  function cancel(item) {
    const hadArrived = item.hadArrived;
    item.request?.abort();
    end(item, "Cancelled", hadArrived
      ? "It had arrived. Unless it was kept in that very moment, nothing of it stays."
      : "Nothing of it was kept.", true);
    item.classList.remove("is-refused"); // as somebody wanted, which is no fault
  }

  all.querySelector("[data-cancel-all]").addEventListener("click", () => {
    const open = [...sent, ...waiting.splice(0).map((one) => one.item)];
    open.forEach(cancel);
    say(`${open.length === 1 ? "1 file" : `${open.length} files`} cancelled`);
    tally();
  });

  function next() {
    while (running < AT_ONCE && waiting.length) send(waiting.shift());
    tally();
  }

  function send({ file, item }) {
    running += 1;
    sent.add(item);
    const request = new XMLHttpRequest();
    const arrive = () => {
      item.hadArrived = true;
      item.querySelector("progress").value = 100;
      state(item, "Reading it");
    };
    item.request = request;
    request.open("POST", `${form.action}?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRFToken", token);
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const share = Math.round((100 * event.loaded) / event.total);
      item.querySelector("progress").value = share;
      state(item, `${share} %`);
    });
    request.upload.addEventListener("load", arrive);
    request.addEventListener("load", () => {
      const answer = request.responseText.trim();
      if (request.status === 200 && answer.startsWith("<li")) show(item, answer);
      else if (request.status === 200) end(item, "Not taken", "You were signed out. Sign in, then try again.", true);
      else end(item, "Not taken", `The library answered ${request.status}. Try again; if it stays so, ask your admin.`, true);
    });
    request.addEventListener("error", () => end(item, "Broke off", item.hadArrived
      ? "The connection was lost while the file was read. Try again: if it was kept, the answer says so."
      : "The connection was lost. Nothing of it was kept.", true));
    request.addEventListener("loadend", () => {
      running -= 1;
      sent.delete(item);
      item.request = null;
      next();
    });
    request.send(file);
  }

  function show(item, answer) {
    const holder = document.createElement("ol");
    holder.innerHTML = answer;
    const rows = [...holder.children];
    item.replaceWith(...rows);
    taken += rows.filter((one) => one.hasAttribute("data-waits")).length;
    say(rows.map((one) => `${one.querySelector(".file-name").textContent}: ${one.querySelector(".taken-state").textContent}`).join(". "));
    const confirm = document.querySelector("[data-confirm]");
    const count = confirm.querySelector("[data-waiting]");
    const whole = Number(count.dataset.waiting) + taken;
    confirm.hidden = whole === 0;
    count.textContent = whole === 1 ? "1 file" : `${whole} files`;
  }

  const takeChosen = () => {
    for (const file of input.files) take(file);
    form.reset();
    form.querySelector(".drop-name").textContent = "";
  };
  input.addEventListener("change", takeChosen);
  // A folder is no file: what is in it is taken, folder by folder.
  document.addEventListener("drop", async (event) => {
    const entries = [...event.dataTransfer?.items ?? []].map((one) => one.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((entry) => entry.isDirectory)) return;
    event.preventDefault();
    event.stopPropagation();
    input.closest("[data-drop]").classList.remove("is-over");
    for await (const file of filesIn(entries)) take(file);
  }, true);
  takeChosen(); // what was dropped before this script had arrived
  window.addEventListener("beforeunload", (event) => {
    if (running || waiting.length) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("[data-uploads]")) watchUploads(form);

// What is chosen of many stands in words above the boxes.
document.addEventListener("change", (event) => {
  const many = event.target.closest?.("[data-pick-many]");
  if (!many) return;
  const chosen = [...many.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
  const words = many.querySelector("[data-chosen]");
  words.textContent = chosen.join(", ") || words.dataset.none;
});
