// Copies a command, an address or a whole e-mail, as rich text where there is any, and says so in place.

// First by a copy event: it works where a library has no https, and leaves the letter's markup as it is. The clipboard's
// own interface takes rich text apart under the page's policy, which forbids the styles that a letter needs.
function putByEvent(kinds) {
  let put = false;
  const fill = (event) => {
    for (const [kind, text] of Object.entries(kinds)) event.clipboardData.setData(kind, text);
    event.preventDefault();
    put = true;
  };
  document.addEventListener("copy", fill, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return put;
}

async function put(button) {
  const { copy, copyHtml } = button.dataset;
  const kinds = { "text/plain": copy, ...(copyHtml && { "text/html": copyHtml }) };
  if (putByEvent(kinds)) return true;
  if (!navigator.clipboard) return false;
  const parts = Object.entries(kinds).map(([kind, text]) => [kind, new Blob([text], { type: kind })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(parts))]).then(
    () => true,
    () => false,
  );
}

export function watchCopies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const isPut = await put(button);
    const words = button.querySelector("span");
    // Kept at the button: pressed again while it says "Copied", it still knows its own words.
    const said = (button.dataset.said ??= words ? words.textContent : button.getAttribute("aria-label"));
    const say = (text) => (words ? words.replaceChildren(text) : button.setAttribute("aria-label", text));
    say(isPut ? "Copied" : "Not copied: select it and copy it by hand");
    button.classList.toggle("is-done", isPut);
    setTimeout(() => {
      say(said);
      button.classList.remove("is-done");
    }, 1600);
  });
}
