// The guided page: what is being typed in one step stays when another step answers, and folds stay as they were.
(() => {
  "use strict";
  const part = () => document.getElementById("guided");
  const fields = () => [...part().querySelectorAll("input:not([type=hidden]):not([type=password]), textarea, select")];
  const changed = (field) => (field.type === "checkbox" || field.type === "radio"
    ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected)) : field.value !== field.defaultValue);
  let kept = null, place = null;

  // Remembers what was typed in the other forms, by the field's own id, and which folds are open. A PIN is remembered only
  // while it is being typed and nothing was sent: it is whose box it stands in, whoever acts.
  function remember(sent) {
    if (!part()) return;
    const at = document.activeElement;
    kept = {
      pin: !sent && at && at.type === "password" && part().contains(at) ? { id: at.id, value: at.value } : null,
      of: part().dataset.keep || "",
      values: fields().filter((field) => field.id && changed(field) && !(sent && sent.contains(field)))
        .map((field) => [field.id, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value]),
      open: [...part().querySelectorAll("details[id][open]")].map((each) => each.id),
      at: window.scrollY,
      wasMatter: Boolean(sent && sent.closest(".matter")),
    };
  }

  function restore() {
    if (!kept || !part()) { kept = null; return; }
    if ((part().dataset.keep || "") !== kept.of) {
      // Another page than before, a handover that has begun for one: it is read from its top.
      kept = null;
      place = { at: 0, next: null };
      return;
    }
    kept.values.forEach(([id, value]) => {
      const field = document.getElementById(id);
      if (!field) return;
      if (typeof value === "boolean") { field.checked = value; } else { field.value = value; }
      const fold = field.closest("details");
      if (fold) fold.open = true;
    });
    kept.open.forEach((id) => { const fold = document.getElementById(id); if (fold) fold.open = true; });
    const secret = kept.pin && document.getElementById(kept.pin.id);
    if (secret && !secret.disabled) { secret.value = kept.pin.value; secret.focus({ preventScroll: true }); }
    place = { at: kept.at, next: goOn(kept) };
    kept = null;
  }

  // The next thing to type or to press has the focus: what was refused, else the next matter. It has it as soon as it is
  // seen: who already types elsewhere must not be taken away.
  function goOn({ wasMatter }) {
    const wrong = part().querySelector("[aria-invalid=true]");
    const next = wrong || (wasMatter ? part().querySelector(".matter.on .btn-primary, .matter.on input:not([type=hidden])") : null) || toSign();
    if (!next) return null;
    const fold = next.closest("details");
    if (fold) fold.open = true;
    next.focus({ preventScroll: true });
    return next;
  }

  // Nothing stands in the way any more: whoever signs next types the PIN at once, unless something else is being typed.
  function toSign() {
    const at = document.activeElement;
    if (at && at.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) return null;
    return part().querySelector(".sig:not(.done) input[type=password]:enabled");
  }

  // The page stays where it was, unless what has the focus could not be seen; the swap itself scrolls, so this comes after it.
  function stay() {
    if (!place) return;
    window.scrollTo({ top: place.at, behavior: "instant" });
    if (place.next && place.next === document.activeElement) place.next.scrollIntoView({ block: "nearest", behavior: "instant" });
    place = null;
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.target || event.detail.target.id !== "guided") return;
    // Only a form has sent what stands in it; when the page comes anew for another actor, nothing has been sent.
    const { elt } = event.detail.requestConfig;
    remember(elt.tagName === "FORM" ? elt : null);
  });
  document.addEventListener("htmx:afterSwap", restore);
  document.addEventListener("htmx:afterSettle", stay);

  // Somebody else acts now: the page shows what they may do.
  document.addEventListener("duty-desk:actor", (event) => {
    if (part()) event.detail.wait(window.htmx.ajax("GET", part().dataset.guided, { target: "#guided", swap: "outerHTML" }));
  });

  // Once everything said back is ticked beside the signature, the PIN is typed at once.
  document.addEventListener("change", (event) => {
    const form = event.target.name === "heard" && event.target.closest(".sig form");
    const secret = form && !form.querySelector("[name=heard]:not(:checked)") && form.querySelector("input[type=password]:enabled");
    if (secret) secret.focus({ preventScroll: true });
  });

  // A link to a fold opens it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-open]");
    const fold = link && document.getElementById(link.dataset.open);
    if (fold) fold.open = true;
  });
})();
