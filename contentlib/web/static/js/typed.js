// What was typed into the open fields stays in this tab, for whoever comes back to them: by Back, by reloading, from
// signing in anew, from the question for which deal. Whoever comes from anywhere else begins anew, and so does whoever
// works on another deal by now; for none, it may be the one that was chosen since.
const form = document.querySelector("[data-typed]");
const upload = form.elements["prospect.logo"];
const key = `typed ${form.dataset.typed}`;
const passing = new Set(["csrf_token", "key", "logo_kept"]);
let logo = form.elements.logo_kept.value;

const typed = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !passing.has(name));

function keep() {
  const values = form.elements.logo_drop?.checked ? typed() : [...typed(), ["logo_kept", logo]];
  try {
    sessionStorage.setItem(key, JSON.stringify({ deal: form.dataset.deal, values }));
  } catch { /* a large logo, or a browser that keeps nothing for pages: the page works without */ }
}

function read() {
  try {
    const { deal, values } = JSON.parse(sessionStorage.getItem(key));
    return deal && deal !== form.dataset.deal ? null : values;
  } catch {
    return null;
  }
}

function isBack() {
  const how = performance.getEntriesByType("navigation")[0]?.type;
  if (how === "back_forward" || how === "reload") return true;
  const before = document.referrer && new URL(document.referrer);
  return Boolean(before) && before.origin === location.origin && (before.pathname === location.pathname || before.pathname.startsWith("/sign-in"));
}

// Drawn by the library, as if it had just been typed: what is wrong with it is said again, and the logo shown.
function bringBack(values) {
  const sent = document.createElement("form");
  sent.method = "post";
  sent.enctype = "multipart/form-data";
  sent.action = form.action;
  for (const [name, value] of [["csrf_token", form.elements.csrf_token.value], ["key", form.elements.key.value], ...values]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    sent.append(field);
  }
  document.body.append(sent);
  sent.submit();
}

if (form.hasAttribute("data-is-answer")) keep();
else {
  const kept = isBack() ? read() : null;
  const now = JSON.stringify([...typed(), ["logo_kept", logo]]);
  if (kept && JSON.stringify(kept) !== now) bringBack(kept);
  else sessionStorage.removeItem(key);
}

form.addEventListener("input", keep);
form.addEventListener("change", keep);
upload?.addEventListener("change", () => {
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    logo = reader.result.slice(reader.result.indexOf(",") + 1);
    keep();
  });
  if (upload.files[0]) reader.readAsDataURL(upload.files[0]);
});
