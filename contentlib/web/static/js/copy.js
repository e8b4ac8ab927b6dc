// Copies a command, an address or a whole e-mail, as rich text where there is any, and says so in place.
async function put(button) {
  const { copy, copyHtml } = button.dataset;
  if (!copyHtml) return navigator.clipboard.writeText(copy);
  const kinds = { "text/plain": copy, "text/html": copyHtml };
  const parts = Object.entries(kinds).map(([kind, text]) => [kind, new Blob([text], { type: kind })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(parts))]);
}

export function watchCopies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await put(button);
    const words = button.querySelector("span");
    const said = words ? words.textContent : button.getAttribute("aria-label");
    const say = (text) => (words ? words.replaceChildren(text) : button.setAttribute("aria-label", text));
    say("Copied");
    button.classList.add("is-done");
    setTimeout(() => {
      say(said);
      button.classList.remove("is-done");
    }, 1600);
  });
}
