// Copies a command or an address and says so in place.
export function watchCopies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const said = button.getAttribute("aria-label");
    button.setAttribute("aria-label", "Copied");
    button.classList.add("is-done");
    setTimeout(() => {
      button.setAttribute("aria-label", said);
      button.classList.remove("is-done");
    }, 1600);
  });
}
