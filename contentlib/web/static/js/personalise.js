// Moves optional slides up and down, puts accepted words in the place of those that cannot go out, and says where the
// drawn page is not the one that was typed.
function renumber(list) {
  [...list.children].forEach((row, at) => { row.querySelector("select").value = String(at + 1); });
}

document.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-moves]");
  if (mover) {
    const row = mover.closest("li");
    const other = mover.dataset.moves === "-1" ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (mover.dataset.moves === "-1") other.before(row);
    else other.after(row);
    renumber(row.parentElement);
    mover.focus();
    mover.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const putter = event.target.closest("[data-puts]");
  if (putter) {
    const field = document.getElementById(putter.dataset.in);
    const at = field.value.toLowerCase().indexOf(putter.dataset.for.toLowerCase());
    if (at < 0) return;
    // Through the browser's own editing, so that undo takes it back.
    const [from, to] = [at, at + putter.dataset.for.length];
    field.focus();
    field.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, putter.dataset.puts)) field.setRangeText(putter.dataset.puts, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// Without an answer the page drawn before would pass for the one that was typed; the next answer takes its place.
document.addEventListener("htmx:error", () => {
  const drawn = document.getElementById("drawn");
  const told = document.getElementById("unreached").content.firstElementChild;
  if (!drawn.querySelector("[data-unreached]")) {
    const shown = told.cloneNode(true);
    shown.dataset.unreached = "";
    drawn.prepend(shown);
  }
});
