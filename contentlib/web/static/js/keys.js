// "/" goes to the search box, Escape closes an open menu, and a menu that asks for something has the focus.
const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

export function watchKeys() {
  // A field that waits to be gone on with is gone on with at its end.
  const begun = document.querySelector("input[autofocus][value]");
  begun?.setSelectionRange(begun.value.length, begun.value.length);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      const box = document.getElementById("q");
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      }
    }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  // What was opened to be filled in can be typed into at once.
  document.addEventListener("toggle", (event) => {
    const field = event.target.matches("details[data-menu][open]") && event.target.querySelector("[data-first]");
    if (!field) return;
    field.focus();
    field.select();
  }, true);
}
