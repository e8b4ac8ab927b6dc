// Files may be dropped anywhere on a page that takes them: beside its box, the browser would leave the page for them.
function watchDrops() {
  const boxFor = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return null;
    const boxes = document.querySelectorAll("[data-drop]");
    return event.target.closest?.("[data-drop]") ?? (boxes.length === 1 ? boxes[0] : null);
  };
  document.addEventListener("dragover", (event) => {
    const box = boxFor(event);
    if (!box) return;
    event.preventDefault();
    box.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    const box = boxFor(event);
    if (!box?.contains(event.relatedTarget)) box?.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    const box = boxFor(event);
    if (!box) return;
    event.preventDefault();
    box.classList.remove("is-over");
    const field = box.querySelector("input[type=file]");
    const taken = new DataTransfer();
    for (const file of [...event.dataTransfer.files].slice(0, field.multiple ? undefined : 1)) taken.items.add(file);
    if (!taken.files.length) return;
    field.files = taken.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// Counts letters as they are typed, names a chosen file, submits a form whose choice is already an answer, and keeps
// a field's state in step with what is said about it.
export function watchFields() {
  document.addEventListener("input", (event) => {
    const field = event.target;
    const count = field.id && document.querySelector(`[data-count-of="${CSS.escape(field.id)}"]`);
    if (count) count.textContent = `${[...field.value].length} of ${count.dataset.most}`;
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-submits]")) field.form.requestSubmit();
    const drop = field.type === "file" && field.closest("[data-drop]");
    if (drop) {
      drop.classList.remove("is-over");
      drop.querySelector(".drop-name").textContent = [...field.files].map((file) => file.name).join(", ");
    }
  });

  watchDrops();

  const mark = () => {
    for (const field of document.querySelectorAll("[aria-describedby^=says-]")) {
      const says = document.getElementById(field.getAttribute("aria-describedby"));
      field.toggleAttribute("aria-invalid", false);
      if (says?.querySelector(".field-error, .finding")) field.setAttribute("aria-invalid", "true");
    }
  };
  mark();
  document.addEventListener("htmx:after:swap", mark);

  // A second press of the same button must not ask twice; the key in the form would answer it like the first anyway.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    else if (event.target.method === "post") {
      event.target.dataset.sent = "yes";
      setTimeout(() => delete event.target.dataset.sent, 2000);
    }
  });
}
