// The name chips of a shared computer: a tap and a PIN change who writes, without leaving the page or losing a draft.
(() => {
  "use strict";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // A tapped chip waits for the PIN; a closed one forgets what was typed. Emptied on closing, not on opening: the event
  // comes a moment after the tap, when quick fingers have begun to type.
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches || !event.target.matches("details.seat")) return;
    const field = event.target.querySelector("input[type=password]");
    if (!field) return;
    if (!event.target.open) { field.value = ""; } else if (document.activeElement !== field) { field.focus(); }
  }, true);

  // Everything on the page that is sent from now on says the new actor.
  function actAs(pk) {
    $$("input[name=_actor]").forEach((field) => { field.value = pk; });
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    headers["X-Actor"] = pk;
    document.body.setAttribute("hx-headers", JSON.stringify(headers));
  }

  // The frame is read again; what is being typed in the page stays as it is.
  async function refreshFrame() {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    ["header.top", "nav.tabs", "[data-seats]"].forEach((selector) => {
      const olds = $$(selector);
      const news = $$(selector, fresh);
      olds.forEach((old, index) => {
        if (!news[index]) return;
        const part = document.importNode(news[index], true);
        old.replaceWith(part);
        window.htmx.process(part);
      });
    });
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const pk = event.detail.xhr && event.detail.xhr.status === 204 && event.detail.xhr.getResponseHeader("X-Actor");
    if (!pk) return;
    actAs(pk);
    refreshFrame().then(() => {
      document.dispatchEvent(new CustomEvent("duty-desk:actor", { detail: { actor: pk } }));
      const composer = document.querySelector("[data-composer]");
      if (composer) composer.focus();
    });
  });

  // The server asks for a PIN again, or says that somebody else acts now.
  document.addEventListener("seat-needed", () => {
    const seat = document.querySelector("details.seat[data-actor-seat]") || document.querySelector("details.seat");
    if (seat) seat.open = true;
  });
})();
