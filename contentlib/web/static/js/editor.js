// The textarea as an editor: line numbers, findings at their line, an insert menu, and a guard for unsaved words.
const form = document.querySelector("[data-editor]");
const area = form.querySelector("textarea[name=text]");
const mirror = document.createElement("div");
const anchor = document.createComment("");
const drawn = [];
let isLeaving = false;

mirror.className = "mirror";
mirror.setAttribute("aria-hidden", "true");
mirror.append(anchor);
area.before(mirror);
area.parentElement.classList.add("is-live");

const lines = () => area.value.split("\n");
// A text that was refused stands in the page as it was sent, and is saved nowhere.
const isDirty = () => area.value !== area.defaultValue || form.hasAttribute("data-unsaved");

function kindOf(line, at, state) {
  if (at === 0 && line === "---") state.inFacts = true;
  else if (state.inFacts && /^(---|\.\.\.)\s*$/.test(line)) state.inFacts = state.isLast = true;
  if (state.inFacts) {
    if (state.isLast) state.inFacts = state.isLast = false;
    return "is-fact";
  }
  if (/^#{1,6}\s/.test(line)) return "is-heading";
  if (/^:::|^<!--|^---\s*$/.test(line)) return "is-sign";
  return "";
}

// Scripts that leave no space between words, with the signs that are taken for one word; the library counts like this.
const unspaced = [[/[\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]+/gu, 2], [/[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+/gu, 5]];

function countWords(text) {
  let [count, rest] = [0, text];
  for (const [script, signs] of unspaced) {
    rest = rest.replace(script, (run) => {
      count += Math.ceil([...run].length / signs);
      return " ";
    });
  }
  return count + rest.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

// Every line of the text stands in the mirror with the same words and width, so that it is as high as in the textarea.
// Only the lines that changed are made anew: a long text has thousands.
function draw() {
  const findings = new Map();
  for (const link of document.querySelectorAll("#findings [data-line]")) {
    const number = Number(link.dataset.line);
    if (!findings.has(number) || link.dataset.level === "error") findings.set(number, link.dataset.level);
  }
  const state = {};
  const now = lines();
  const old = drawn.map((row) => row.line);
  const most = Math.min(now.length, old.length);
  let head = 0;
  while (head < most && now[head] === old[head]) head += 1;
  let tail = 0;
  while (tail < most - head && now.at(-1 - tail) === old.at(-1 - tail)) tail += 1;
  const fresh = now.slice(head, now.length - tail).map((line) => {
    const row = { line, kind: "", element: document.createElement("div") };
    row.element.textContent = line || "\u200b";
    return row;
  });
  for (const row of drawn.splice(head, old.length - tail - head, ...fresh)) row.element.remove();
  (drawn[head - 1]?.element ?? anchor).after(...fresh.map((row) => row.element));
  for (const [at, row] of drawn.entries()) {
    const level = findings.get(at + 1);
    const kind = `ln ${kindOf(row.line, at, state)}${level ? ` has-${level}` : ""}`;
    if (row.kind !== kind) row.element.className = row.kind = kind;
  }
  const words = form.querySelector("[data-words]");
  const count = countWords(area.value.slice(endOfFacts()));
  if (words) words.textContent = `${count} ${count === 1 ? "word" : "words"}`;
}

function goTo(number) {
  const rows = lines();
  const start = rows.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  form.querySelector("[name=side][value=text]").checked = true;
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, start + (rows[number - 1] ?? "").length);
  mirror.children[number - 1]?.scrollIntoView({ block: "center" });
}

// Through the browser's own editing, so that undo takes it back.
function put(text, from, to) {
  area.focus({ preventScroll: true });
  area.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// What is indented below a key, is a row of its list or closes it, belongs to it, with empty lines and remarks within.
export function endOfFact(rows, begin, end) {
  let after = begin + 1;
  for (let at = after; at < end; at += 1) {
    if (/^(\s+\S|-(\s|$)|[\]}])/.test(rows[at])) after = at + 1;
    else if (!/^\s*(#|$)/.test(rows[at])) break;
  }
  return after;
}

function putRow(fact, text) {
  const rows = lines();
  const end = rows.findIndex((line, at) => at > 0 && /^(---|\.\.\.)\s*$/.test(line));
  if (rows[0] !== "---" || end < 0) return;
  const begin = rows.findIndex((line, at) => at < end && line.startsWith(`${fact}:`));
  const at = rows.slice(0, begin < 0 ? end : endOfFact(rows, begin, end)).join("\n").length + 1;
  // Rows of one list begin below each other.
  const row = /^-\s/.test(rows[begin + 1]) ? text.replace(/^ {2}/gm, "") : text;
  put(`${begin < 0 ? `${fact}:\n` : ""}${row}\n`, at, at);
}

// What is named gets a name that the text does not have yet.
function named(text) {
  const notes = [...area.value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1]));
  const has = (id) => new RegExp(`\\bid: ${id}\\s*$`, "m").test(area.value);
  let id = "name";
  for (let number = 2; has(id); number += 1) id = `name-${number}`;
  return text.replaceAll("[^1]", `[^${Math.max(0, ...notes) + 1}]`).replace("id: name\n", `id: ${id}\n`);
}

// Its sign at the caret, its text below the paragraph, which is in the same slide or block.
function insertFootnote(text) {
  const [sign, ...rest] = text.split("\n\n");
  const from = Math.max(area.selectionEnd, Math.min(endOfFacts(), area.value.length));
  const end = /\n(?=[ \t]*(?:\n|:::|$))/.exec(area.value.slice(from));
  const at = end ? from + end.index : area.value.length;
  put(`\n\n${rest.join("\n\n")}`, at, at);
  put(sign, from, from);
}

function insert(button) {
  const { insert: example, fact } = button.dataset;
  const text = named(example);
  if (fact) putRow(fact, text);
  else if (text.startsWith("[^")) insertFootnote(text);
  else insertAt(text);
}

function endOfFacts() {
  const rows = lines();
  const end = rows.findIndex((line, at) => at > 0 && /^(---|\.\.\.)\s*$/.test(line));
  return rows[0] === "---" && end > 0 ? rows.slice(0, end + 1).join("\n").length + 1 : 0;
}

// At the caret, or where the text begins; what is a part of its own gets empty lines around it.
export function insertAt(text) {
  const first = Math.min(endOfFacts(), area.value.length);
  const from = Math.max(area.selectionStart, first);
  const isBlock = text.includes("\n") || text.startsWith(":::") || text.startsWith("![");
  const before = area.value.slice(0, from);
  const lead = !isBlock || before.endsWith("\n\n") || !before ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  put(`${lead}${text}${isBlock ? "\n\n" : ""}`, from, Math.max(area.selectionEnd, from));
}

area.addEventListener("input", draw);
document.addEventListener("htmx:after:swap", draw);
new ResizeObserver(draw).observe(area.parentElement);

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (link) {
    event.preventDefault();
    goTo(Number(link.dataset.line));
  }
  const button = event.target.closest("[data-insert]");
  if (button) {
    button.closest("details").open = false;
    insert(button);
  }
});

document.addEventListener("keydown", (event) => {
  const save = form.querySelector("[data-save]");
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && save) {
    event.preventDefault();
    form.requestSubmit(save);
  }
});

form.addEventListener("submit", () => { isLeaving = true; });
addEventListener("beforeunload", (event) => {
  if (isDirty() && !isLeaving) event.preventDefault();
});
draw();
