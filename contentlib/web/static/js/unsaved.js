// Words that are not saved stay in this tab, whatever becomes of the page: a lost sign-in, a refusal, a slip of the hand.
const form = document.querySelector("[data-editor]");
const area = form.querySelector("textarea[name=text]");
const base = form.querySelector("[name=base]");
const told = document.getElementById("unsaved-told");
const prefix = `unsaved ${form.dataset.editor} `;
const key = prefix + location.pathname;
const same = (one, other) => one.trimEnd() === other.trimEnd();

function keep() {
  try {
    if (same(area.value, area.defaultValue) && !form.hasAttribute("data-unsaved")) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ text: area.value, base: base.value }));
  } catch { /* a browser that keeps nothing for pages: the question before leaving still stands */ }
}

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

function put(text, number) {
  area.value = text;
  base.value = number;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// What the library now holds is saved, at whichever address it was written.
function forgetSaved() {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(prefix) && same(read(name)?.text ?? "", area.defaultValue)) sessionStorage.removeItem(name);
  }
}

function bringBack() {
  const kept = read(key);
  if (!kept || same(kept.text, area.defaultValue)) return;
  const saved = [area.defaultValue, base.value];
  put(kept.text, kept.base);
  told.hidden = false;
  told.querySelector("button").addEventListener("click", () => {
    put(...saved);
    told.hidden = true;
  });
}

if (!area.readOnly) {
  if (form.hasAttribute("data-unsaved")) keep();
  else {
    forgetSaved();
    bringBack();
  }
  area.addEventListener("input", keep);
}
