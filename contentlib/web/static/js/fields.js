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

  for (const [name, isOver] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    document.addEventListener(name, (event) => event.target.closest?.("[data-drop]")?.classList.toggle("is-over", isOver));
  }

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
