// The name chips of a shared computer: a tap and a PIN change who writes, without leaving the page or losing a draft.
(() => {
  "use strict";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // A tap opens the chip with the focus in its field at once: the browser's own opening is told a moment later, when
  // quick fingers have begun to type. A closed chip forgets what was typed.
  function open(seat) {
    $$("details.seat[open]").forEach((other) => { if (other !== seat) close(other); });
    seat.open = true;
    seat.querySelector("input[type=password]")?.focus();
  }
  function close(seat) {
    seat.open = false;
    const field = seat.querySelector("input[type=password]");
    if (field) field.value = "";
  }
  document.addEventListener("click", (event) => {
    const summary = event.target.closest("details.seat > summary");
    if (!summary) return;
    event.preventDefault();
    if (summary.parentElement.open) close(summary.parentElement); else open(summary.parentElement);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches && event.target.matches("details.seat:not([open])")) close(event.target);
  }, true);
  // One that was tapped before this script had come.
  const early = document.querySelector("details.seat[open]");
  if (early) open(early);

  // Before somebody else takes over, what the writer has sent and could still take back goes out, as theirs.
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.target.matches(".switch-form")) return;
    const waits = [];
    document.dispatchEvent(new CustomEvent("duty-desk:leaving", { detail: { wait: (promise) => waits.push(promise) } }));
    if (!waits.length) return;
    event.preventDefault();
    const patience = new Promise((resolve) => { setTimeout(resolve, 3000); });
    Promise.race([Promise.allSettled(waits), patience]).then(() => event.detail.issueRequest(true));
  });

  // Everything on the page that is sent from now on says the new actor.
  function actAs(pk) {
    $$("input[name=_actor]").forEach((field) => { field.value = pk; });
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    headers["X-Actor"] = pk;
    document.body.setAttribute("hx-headers", JSON.stringify(headers));
  }

  // The frame is read again; what is being typed in the page stays as it is, a PIN in the next chip too. Of two changes in
  // a row the later one's frame counts.
  let changes = 0;
  async function refreshFrame() {
    changes += 1;
    const mine = changes;
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== changes) return;
    ["header.top", "nav.tabs", "[data-seats]"].forEach((selector) => {
      const olds = $$(selector);
      const news = $$(selector, fresh);
      olds.forEach((old, index) => {
        if (!news[index]) return;
        const part = document.importNode(news[index], true);
        const typing = old.querySelector("details.seat[open] input[name=secret]");
        old.replaceWith(part);
        window.htmx.process(part);
        const again = typing && part.querySelector(`[id="${typing.id}"]`);
        if (!again) return;
        open(again.closest("details.seat"));
        again.value = typing.value;
      });
    });
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const pk = event.detail.xhr && event.detail.xhr.status === 204 && event.detail.xhr.getResponseHeader("X-Actor");
    if (!pk) return;
    actAs(pk);
    $$("details.seat[open]").forEach((seat) => { if (seat.querySelector(`input[name=person][value="${pk}"]`)) close(seat); });
    // Until its parts have come anew for the new actor, the page says that it is busy.
    const waits = [];
    document.body.setAttribute("aria-busy", "true");
    document.dispatchEvent(new CustomEvent("duty-desk:actor", { detail: { actor: pk, wait: (promise) => waits.push(promise) } }));
    const composer = document.querySelector("[data-composer]");
    if (composer && !document.querySelector("details.seat[open]")) composer.focus();
    waits.push(refreshFrame());
    const mine = changes;
    Promise.allSettled(waits).then(() => { if (mine === changes) document.body.removeAttribute("aria-busy"); });
  });

  // The server asks for a PIN again, or says that somebody else acts now.
  document.addEventListener("seat-needed", () => {
    const seat = document.querySelector("details.seat[data-actor-seat]") || document.querySelector("details.seat");
    if (seat) open(seat);
  });
})();
