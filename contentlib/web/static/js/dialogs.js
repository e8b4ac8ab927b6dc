// Opens a native dialog once its content has come, and gives the focus back when it closes.
let opener = null;
// Which of a preview's neighbours was asked for last.
let step = null;

export function watchDialogs() {
  document.addEventListener("click", (event) => {
    const wants = event.target.closest("[data-opens]");
    if (wants) {
      opener = opener?.isConnected && wants.closest("dialog") ? opener : wants;
      if (!wants.hasAttribute("hx-get")) document.getElementById(wants.dataset.opens)?.showModal();
    }
    step = event.target.closest("dialog [data-key]")?.dataset.key ?? step;
    const closes = event.target.closest("[data-closes]");
    const dialog = closes?.closest("dialog");
    if (dialog) {
      event.preventDefault();
      dialog.close();
    }
    if (event.target.matches?.("dialog[open]") && isOutside(event.target, event) && !holdsTyped(event.target)) event.target.close();
  });

  document.addEventListener("htmx:after:swap", () => {
    const dialog = document.getElementById("peek");
    if (!dialog?.firstElementChild) return;
    if (!dialog.open && opener?.dataset.opens === "peek") dialog.showModal();
    // The button that led here is gone with what it stood in: its successor takes the focus, or the one that closes.
    if (step) (dialog.querySelector(`[data-key="${step}"]`) ?? dialog.querySelector("[data-closes]"))?.focus();
    step = null;
    // Only where the pages scroll by themselves: on a phone the whole dialog does, and title and deeds come first.
    const pages = dialog.querySelector(".peek-view");
    if (getComputedStyle(pages).overflowY !== "visible") pages.querySelector("[data-begin]")?.scrollIntoView({ block: "start" });
  });

  document.addEventListener("keydown", (event) => {
    const dialog = event.target.closest?.("dialog.peek[open]");
    const sign = { ArrowLeft: "arrow-left", ArrowRight: "arrow-right" }[event.key];
    if (dialog && sign && !event.target.closest("input, textarea, select")) dialog.querySelector(`[data-key="${sign}"]`)?.click();
  });

  document.addEventListener("cancel", (event) => {
    if (holdsTyped(event.target)) event.preventDefault();
  }, true);

  document.addEventListener("close", (event) => {
    if (!event.target.matches("dialog.peek")) return;
    event.target.replaceChildren();
    opener?.focus();
    opener = null;
  }, true);
}

// What somebody has typed goes with the button that says so, never by the way.
function holdsTyped(dialog) {
  const typed = [...dialog.querySelectorAll("form[method=post] :is(textarea, input.in)")].find((field) => field.value !== field.defaultValue);
  typed?.focus();
  return typed !== undefined;
}

function isOutside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
