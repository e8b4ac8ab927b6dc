// The controls for the facts at the top of the text: what they change stands in the text at once, and what is typed
// there shows in them. A picture of one's own is kept and put in at the caret.
import { endOfFact, insertAt } from "./editor.js";

const form = document.querySelector("[data-editor]");
const area = form.querySelector("textarea[name=text]");
const controls = form.querySelector("[data-facts]");
const day = /^\d{4}-\d{2}-\d{2}$/;
const plain = /^(?:[\p{L}\p{N}][\p{L}\p{M}\p{N}_ ./@’–—-]*[\p{L}\p{N}_.]|[\p{L}\p{N}_])$/u;
const meant = /^(?:true|false|yes|no|on|off|null|[-+.\d][\d_.,:eE+-]*)$/i;

// The server reads no control any more: what they changed is in the text already.
form.insertAdjacentHTML("beforeend", '<input type="hidden" name="in_step" value="yes">');

const quote = (words) => `"${words.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
const word = (words) => (day.test(words) || (plain.test(words) && !meant.test(words)) ? words : quote(words));
const write = (fact) => (Array.isArray(fact) ? `[${fact.map(word).join(", ")}]` : word(fact));

// Sets one line at the top and leaves every other as it is.
function setFact(name, fact) {
  const lines = area.value.split("\n");
  const end = lines.findIndex((line, at) => at > 0 && /^(---|\.\.\.)\s*$/.test(line));
  if (lines[0].trimEnd() !== "---" || end < 0) return;
  const begin = lines.findIndex((line, at) => at > 0 && at < end && new RegExp(`^${name}:(\\s|$)`).test(line));
  const after = begin < 0 ? end : endOfFact(lines, begin, end);
  const written = fact.length ? [`${name}: ${write(fact)}`] : [];
  const from = lines.slice(0, begin < 0 ? end : begin).join("\n").length + 1;
  const old = lines.slice(begin < 0 ? end : begin, after).map((line) => `${line}\n`).join("");
  area.setRangeText(written.map((line) => `${line}\n`).join(""), from, from + old.length, "preserve");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

const boxesOf = (name) => [...controls.querySelectorAll(`[name="fact.${name}"]`)];

function read(name) {
  const boxes = boxesOf(name);
  if (boxes[0].type === "checkbox") return boxes.filter((box) => box.checked).map((box) => box.value);
  const said = boxes[0].type === "radio" ? boxes.find((box) => box.checked).value : boxes[0].value;
  return name === "audience" && said === "external" ? "" : said.trim().split(/\s+/).join(" ");
}

function tell(many) {
  const words = many?.querySelector("[data-chosen]");
  const chosen = many ? [...many.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim()) : [];
  if (words) words.textContent = chosen.join(", ") || words.dataset.none;
}

function show(name, fact) {
  const boxes = boxesOf(name);
  for (const box of boxes) {
    if (box.type === "checkbox") box.checked = fact.includes(box.value);
    else if (box.type === "radio") box.checked = box.value === fact;
    else if (box.value !== fact) box.value = fact;
  }
  if (boxes.length && Array.isArray(fact)) tell(boxes[0].closest("[data-pick-many]"));
}

if (controls) {
  controls.addEventListener("input", (event) => {
    const name = event.target.name.replace(/^fact\./, "");
    tell(event.target.closest("[data-pick-many]"));
    // A title that is being typed anew is empty for a moment; without one the text is none.
    if (name !== "title" || event.target.value.trim()) setFact(name, read(name));
  });
  document.addEventListener("htmx:after:swap", () => {
    const told = document.getElementById("facts-read");
    if (!told || controls.contains(document.activeElement)) return;
    for (const [name, fact] of Object.entries(JSON.parse(told.dataset.read))) show(name, fact);
  });
}

const adding = form.querySelector("[data-add-picture]");
// A picture goes by itself, not along with every word that is typed.
for (const field of adding?.querySelectorAll("[name]") ?? []) field.removeAttribute("name");

function complain(id, sentence) {
  const field = document.getElementById(id);
  field.parentElement.querySelector(".field-error")?.remove();
  field.removeAttribute("aria-invalid");
  if (sentence) {
    field.setAttribute("aria-invalid", "true");
    const said = document.createElement("p");
    said.className = "field-error";
    said.setAttribute("role", "alert");
    said.textContent = sentence;
    field.after(said);
  }
}

async function addPicture() {
  const file = document.getElementById("picture");
  const alt = document.getElementById("picture-alt");
  const button = adding.querySelector("button");
  const sent = new FormData();
  sent.set("csrf_token", form.querySelector("[name=csrf_token]").value);
  sent.set("alt", alt.value);
  if (file.files[0]) sent.set("picture", file.files[0]);
  button.disabled = true;
  const told = await send(sent);
  button.disabled = false;
  complain("picture", told.errors?.picture);
  complain("picture-alt", told.errors?.alt);
  if (!told.line) return;
  file.value = alt.value = "";
  adding.closest("details").open = false;
  insertAt(told.line);
}

async function send(sent) {
  try {
    const answer = await fetch(adding.dataset.addPicture, { method: "POST", body: sent });
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json();
    if (answer.redirected) return { errors: { picture: "You were signed out. Sign in elsewhere, then try again." } };
  } catch { /* the connection was lost */ }
  return { errors: { picture: "This did not arrive. Try once more." } };
}

adding?.querySelector("button").addEventListener("click", (event) => {
  event.preventDefault();
  addPicture();
});
// Enter means this button, not the first of the form, which would save the text without the picture.
adding?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  addPicture();
});
