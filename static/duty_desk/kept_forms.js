// What is typed into a form with data-kept-form stays in this tab until its act was done: through an expired sign-in, an
// idle name chip, a refusal, a page loaded anew. It belongs to who typed it; PINs, passwords and files are never kept.
(() => {
  "use strict";
  const FORMS = "form[data-kept-form]", KEPT = "duty-desk:typed:";
  const memory = new Map();
  function read(key) {
    try { return JSON.parse(sessionStorage.getItem(key)) ?? memory.get(key) ?? null; } catch { return memory.get(key) ?? null; }
  }
  function write(key, kept) {
    if (kept) memory.set(key, kept); else memory.delete(key);
    try { if (kept) sessionStorage.setItem(key, JSON.stringify(kept)); else sessionStorage.removeItem(key); } catch { /* forbidden or full: the page's own memory holds it */ }
  }
  function newMark() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
  }

  // Whose words, for which act: the same one may be offered by several pages, and several times on one.
  function keyOf(form) {
    const { pathname, search } = new URL(form.getAttribute("action") || "", window.location.href);
    return `${KEPT}${form.elements.namedItem("_actor").value}:${pathname}${search}#${form.dataset.keptForm}`;
  }
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && field.name !== "secret" && field.matches("textarea, select, input:not([type=hidden], [type=password], [type=file], [type=submit])"));
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const said = (field) => (ticked(field) ? field.checked : field.value);
  const named = (field) => (ticked(field) ? `${field.name}=${field.value}` : field.name);
  // What stood there before anybody typed. A refused form comes with its writer's words: to everybody else it is empty.
  function before(form, field) {
    const isEmpty = "refused" in form.dataset;
    if (ticked(field)) return !isEmpty && field.defaultChecked;
    if (field.tagName === "SELECT") return (!isEmpty && [...field.options].find((each) => each.defaultSelected) || field.options[0] || {}).value || "";
    return isEmpty ? "" : field.defaultValue;
  }

  function keep(form) {
    const key = keyOf(form), fields = fieldsOf(form), kept = read(key);
    if (fields.every((field) => said(field) === before(form, field))) write(key, null);
    else write(key, { mark: newMark(), ...kept, values: Object.fromEntries(fields.map((field) => [named(field), said(field)])) });
  }
  function show(form) {
    const kept = read(keyOf(form));
    fieldsOf(form).forEach((field) => {
      const value = kept ? kept.values[named(field)] ?? before(form, field) : before(form, field);
      if (ticked(field)) field.checked = value; else field.value = value;
    });
    form.querySelectorAll("[data-kept-note]").forEach((note) => { note.hidden = !kept; });
    if (kept && form.closest("details")) form.closest("details").open = true;
  }

  // An act that was done says so by a cookie that holds the mark of what was sent (desks/kept.py); nothing else forgets it.
  function forgetDone() {
    const found = document.cookie.split("; ").find((each) => each.startsWith("kept_done="));
    const done = new Set((found || "").slice("kept_done=".length).split("."));
    let keys = [...memory.keys()];
    try { keys = [...keys, ...Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT))]; } catch { /* forbidden */ }
    keys.forEach((key) => { const kept = read(key); if (kept && done.has(kept.mark)) write(key, null); });
  }
  // The same words sent again, because no answer came, go under the key that they went under first: they are stored once.
  document.addEventListener("formdata", ({ target, formData }) => {
    const kept = target.matches(FORMS) && read(keyOf(target));
    if (!kept) return;
    formData.set("_kept", kept.mark);
    if (!formData.has("key")) return;
    const words = JSON.stringify(kept.values);
    if (kept.sent && kept.sent.words === words) formData.set("key", kept.sent.key);
    else write(keyOf(target), { ...kept, sent: { words, key: formData.get("key") } });
  });

  const typed = (event) => { const form = event.target.closest(FORMS); if (form) keep(form); };
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("duty-desk:actor", () => document.querySelectorAll(FORMS).forEach(show));
  window.addEventListener("pageshow", (event) => { if (event.persisted) { forgetDone(); document.querySelectorAll(FORMS).forEach(show); } });
  forgetDone();
  document.querySelectorAll(FORMS).forEach((form) => {
    // What a browser puts back by itself it would put back for whoever acts now.
    form.autocomplete = "off";
    if (read(keyOf(form))) show(form);
  });
})();
