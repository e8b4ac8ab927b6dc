// Counts what is ticked in a table, and ticks all of a page; without it each is ticked by itself.
for (const form of document.querySelectorAll("[data-choosing]")) {
  const every = form.querySelector("[data-every]");
  const said = form.querySelector("[data-chosen]");
  const first = said?.textContent;
  const boxes = () => [...form.querySelectorAll("input[name=slugs]")];

  const tell = () => {
    const all = boxes();
    const chosen = all.filter((box) => box.checked).length;
    if (said) said.textContent = form.elements.every?.checked ? "All chosen" : chosen ? `${chosen} chosen` : first;
    if (every) {
      every.checked = chosen === all.length;
      every.indeterminate = chosen > 0 && chosen < all.length;
    }
  };

  form.addEventListener("change", (event) => {
    if (event.target === every) for (const box of boxes()) box.checked = every.checked;
    tell();
  });
  window.addEventListener("pageshow", tell);
}
