// Presenting: one page at a time by keys, click or swipe, on the whole screen. Without it the pages stand in a column.
export function watchSlides() {
  const stage = document.querySelector("[data-slides]");
  if (!stage) return;
  const slides = [...stage.querySelectorAll("figure")];
  const count = document.querySelector("[data-slide-count]");
  let shown = 0;

  const show = (wanted) => {
    shown = Math.min(Math.max(wanted, 0), slides.length - 1);
    slides.forEach((slide, number) => { slide.hidden = number !== shown; });
    if (count) count.textContent = `${shown + 1} of ${slides.length}`;
  };

  stage.classList.add("is-live");
  show(0);
  document.addEventListener("keydown", (event) => {
    if (["ArrowRight", "PageDown", " "].includes(event.key) && !event.target.closest("button, a")) {
      event.preventDefault();
      show(shown + 1);
    } else if (["ArrowLeft", "PageUp"].includes(event.key)) show(shown - 1);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(slides.length - 1);
  });
  stage.addEventListener("click", (event) => {
    const box = stage.getBoundingClientRect();
    show(shown + (event.clientX < box.left + box.width / 3 ? -1 : 1));
  });
  let from = null;
  stage.addEventListener("touchstart", (event) => { from = event.touches[0].clientX; }, { passive: true });
  stage.addEventListener("touchend", (event) => {
    const moved = event.changedTouches[0].clientX - from;
    if (Math.abs(moved) > 40) show(shown + (moved < 0 ? 1 : -1));
  }, { passive: true });
  document.querySelector("[data-full-screen]")?.addEventListener("click", () => stage.requestFullscreen());
}
