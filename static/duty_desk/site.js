// What every page does beyond plain HTML: keys, menus, confirmations, true relative times, word about a lost server.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ---- keys: never inside a field, never with a modifier, never while an input method composes
  const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog") !== null;
  let pendingG = 0;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      closeMenus();
      if (typing(event.target) && !event.target.closest("dialog")) event.target.blur();
      return;
    }
    if (!(event.target instanceof Element) || typing(event.target)) return;
    const soonAfterG = Date.now() - pendingG < 1200;
    pendingG = 0;
    if (event.key === "/") focusOn("[data-search]", event);
    else if (event.key === "n") focusOn("[data-composer]", event) || goTo("deskUrl", event, "#new");
    else if (event.key === "?") { event.preventDefault(); openDialog("keys"); }
    else if (event.key === "g") pendingG = Date.now();
    else if (event.key === "d" && soonAfterG) goTo("deskUrl", event);
  });
  function focusOn(selector, event) {
    const field = $$(selector).find((each) => each.offsetParent !== null);
    if (!field) return false;
    event.preventDefault();
    field.focus();
    return true;
  }
  function goTo(name, event, hash = "") {
    const url = document.body.dataset[name];
    if (!url) return;
    event.preventDefault();
    window.location.assign(url + hash);
  }

  // ---- menus are <details>: one open at a time, closed by a tap elsewhere
  function closeMenus(except = null) {
    $$("details.menu[open], details.seat[open]").forEach((menu) => {
      if (menu === except || menu.contains(except)) return;
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus) $("summary", menu).focus();
    });
  }
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) openDialog(opener.dataset.openDialog);
    const printer = event.target.closest("[data-print]");
    if (printer) { event.preventDefault(); window.print(); }
    const closer = event.target.closest("[data-close-dialog]");
    if (closer) closer.closest("dialog").close();
    closeMenus(event.target.closest("details.menu, details.seat"));
  });
  function openDialog(id) {
    closeMenus();
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  }

  // ---- a binding or destructive act asks once, in words: data-confirm, data-confirm-effect
  function ask(words, effect, proceed) {
    const dialog = document.getElementById("confirm");
    $("#confirm-title").textContent = words;
    $("#confirm-effect").textContent = effect || "";
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") proceed(); }, { once: true });
    dialog.showModal();
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const source = [event.submitter, form].find((each) => each && each.dataset && each.dataset.confirm);
    if (!source || form.dataset.confirmed || form.method === "dialog") { delete form.dataset.confirmed; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(source.dataset.confirm, source.dataset.confirmEffect, () => {
      form.dataset.confirmed = "1";
      form.requestSubmit(event.submitter || undefined);
    });
  }, true);
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, event.target.dataset.confirmEffect, () => event.detail.issueRequest(true));
  });

  // ---- what asks again by itself stays while somebody presses something in it: a button that is exchanged under a finger is never clicked
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asks = event.detail.requestConfig?.elt?.getAttribute("hx-trigger") || "";
    if (asks.startsWith("every") && event.detail.target.matches(":active")) event.detail.shouldSwap = false;
  });

  // ---- a form that is on its way is not sent twice
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.method === "get") return;
    const button = event.submitter;
    if (button) setTimeout(() => { button.disabled = true; }, 0);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) $$("form button[type=submit][disabled]").forEach((button) => { button.disabled = false; });
  });

  // ---- filters that act at once
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  // ---- relative times stay true
  const language = document.documentElement.lang;
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  function relative(seconds) {
    const minutes = Math.trunc(seconds / 60);
    if (Math.abs(minutes) < 1) return words.format(0, "second");
    if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
    if (Math.abs(minutes) < 1440) return words.format(Math.trunc(minutes / 60), "hour");
    return words.format(Math.trunc(minutes / 1440), "day");
  }
  function refreshTimes() {
    if (document.hidden) return;
    $$("time.rel").forEach((element) => {
      const text = relative((Date.parse(element.dateTime) - Date.now()) / 1000);
      if (element.textContent !== text) element.textContent = text;
    });
  }
  setInterval(refreshTimes, 30000);
  document.addEventListener("visibilitychange", refreshTimes);

  // ---- a masked customer shows themselves when tapped: the server gives the values and records who looked
  document.addEventListener("click", async (event) => {
    const masked = event.target.closest("a[data-reveal]");
    if (!masked || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers") || "{}"), "HX-Request": "true", Accept: "application/json" };
    try {
      const answer = await fetch(masked.dataset.reveal, { method: "POST", headers, credentials: "same-origin", redirect: "error" });
      const found = await answer.json();
      const shown = document.createElement("span");
      shown.className = "num";
      shown.textContent = found.words || found.refused;
      shown.tabIndex = -1;
      masked.replaceWith(shown);
      shown.focus();
    } catch { window.location.assign(masked.href); }
  });

  // ---- the server is away, or has come back
  const net = document.getElementById("net");
  const away = (isAway) => { if (net) net.hidden = !isAway; };
  document.addEventListener("htmx:sendError", () => away(true));
  document.addEventListener("htmx:afterOnLoad", (event) => {
    away(false);
    const out = document.getElementById("signed-out");
    if (out && event.detail.xhr.status < 400) out.hidden = true;
  });
  document.addEventListener("htmx:responseError", (event) => {
    away(event.detail.xhr.status >= 500);
    const out = document.getElementById("signed-out");
    if (out && event.detail.xhr.status === 401) out.hidden = false;
  });
  window.addEventListener("offline", () => away(true));
  window.addEventListener("online", () => away(false));

  // ---- a table wider than the window is pushed by keys as well: then, and only then, it takes the focus
  function reachTables() {
    $$(".table-wrap").forEach((wrap) => {
      if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
      else if (!wrap.hasAttribute("role")) wrap.removeAttribute("tabindex");
    });
  }
  reachTables();
  window.addEventListener("resize", reachTables);
  document.addEventListener("htmx:afterSettle", reachTables);

  // ---- a page that came back with a refusal shows the field that it is about
  const refused = $("main form :is(.is-invalid, [aria-invalid='true'], .alert-danger)");
  if (refused && (document.activeElement === document.body || document.activeElement === null)) {
    const field = refused.matches("input, select, textarea") ? refused : $("input:not([type='hidden']), select, textarea", refused) || refused;
    if (field === refused && !field.matches("input, select, textarea")) field.tabIndex = -1;
    field.focus({ preventScroll: true });
    refused.scrollIntoView({ block: "center" });
  }

  // ---- links to a field of the same page
  if (window.location.hash === "#new") { const field = $("[data-composer]"); if (field) field.focus(); }
  function unfoldTarget() {
    const target = window.location.hash.length > 1 ? document.getElementById(window.location.hash.slice(1)) : null;
    const fold = target ? $("details.tool", target) : null;
    if (!fold) return;
    fold.open = true;
    const field = $("input:not([type='hidden'], [type='radio'], [type='checkbox']), select, textarea", fold);
    if (field) field.focus({ preventScroll: true });
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", unfoldTarget);
  unfoldTarget();
})();
