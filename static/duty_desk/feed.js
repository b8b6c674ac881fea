// What others write appears within seconds, and the watch strip and the to-do column stay true; what is being typed,
// has the focus or stands open is never disturbed.
(() => {
  "use strict";
  const feed = document.getElementById("feed");
  if (!feed || !feed.dataset.feed) return;
  const EVERY = 5000, PARTS_EVERY = 25000, MARKED = 15000;
  const said = document.getElementById("feed-said");
  const net = document.getElementById("net");
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const ask = (url) => fetch(url, { credentials: "same-origin", redirect: "manual", headers: { "HX-Request": "true" } });
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
  const isUsed = (part) => part.contains(document.activeElement) || part.matches(":active") || part.querySelector("details[open], dialog[open]") !== null;

  const actor = () => document.querySelector("input[name=_actor]")?.value || JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-Actor"] || "";
  const isOwn = (row) => (row.dataset.by || "").split(" ").includes(actor());

  // ---- new rows
  let asking = false, again = false;
  async function poll() {
    if (document.hidden) return;
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await ask(`${feed.dataset.feed}?after=${feed.dataset.newest}`);
      if (net && answer.status < 500) net.hidden = true;
      if (answer.status === 200) {
        take(parsed(await answer.text()), Number(answer.headers.get("X-Newest")));
        again ||= answer.headers.has("X-More");
      }
    } catch {
      if (net) net.hidden = false;
    } finally {
      asking = false;
      if (again) { again = false; poll(); }
    }
  }
  function take(fresh, newest) {
    const before = Number(feed.dataset.newest);
    const rows = $$("article.entry", fresh);
    const heard = [];
    rows.filter((row) => Number(row.dataset.number) <= before).forEach((row) => {
      const old = document.getElementById(row.id);
      if (old && !isUsed(old)) old.replaceWith(adopted(row));
    });
    rows.filter((row) => Number(row.dataset.number) > before).reverse().forEach((row) => {
      const answered = row.dataset.answers;
      const isNested = answered && row.dataset.nests !== undefined && document.getElementById(`entry-${answered}`);
      if (!isNested && !document.getElementById(row.id)) insert(adopted(row));
      if (!isOwn(row)) heard.push(row);
    });
    feed.dataset.newest = String(Math.max(before, newest));
    const empty = document.getElementById("feed-empty");
    if (empty) empty.remove();
    const count = document.querySelector("[data-feed-count]");
    if (count) count.textContent = String(Number(count.textContent) + newest - before);
    if (said && heard.length) said.textContent = heard.map((row) => feed.dataset.words.replace("%s", row.dataset.number) + ". " + (row.querySelector("p")?.textContent.trim().slice(0, 80) || "")).join(" ");
    narrow();
    setTimeout(parts, 400);
  }
  function adopted(row) {
    const made = document.importNode(row, true);
    if (window.htmx) window.htmx.process(made);
    return made;
  }
  function insert(row) {
    row.classList.add("new");
    setTimeout(() => row.classList.remove("new"), MARKED);
    const top = feed.querySelector(".daybreak");
    const first = feed.querySelector("article.entry");
    if (top && first && first.dataset.day === row.dataset.day) { top.after(row); return; }
    const day = document.createElement("div"), words = document.createElement("span");
    day.className = "daybreak";
    words.textContent = row.dataset.dayLabel;
    day.append(words);
    feed.prepend(day, row);
  }

  // ---- strip and to-do column
  // Asked for again while they are being read, they are read once more: what comes first may be of the former actor.
  let reading = null, isAsked = false;
  function parts() {
    isAsked = true;
    reading ||= (async () => { while (isAsked) { isAsked = false; await readParts(); } })().finally(() => { reading = null; });
    return reading;
  }
  async function readParts() {
    const strip = document.getElementById("strip");
    if (document.hidden || !strip) return;
    try {
      const answer = await ask(strip.dataset.partsUrl);
      if (answer.status !== 200) return;
      const fresh = parsed(await answer.text());
      const watch = fresh.getElementById("strip")?.dataset.watch;
      $$("[data-part]").forEach((old) => {
        const part = fresh.getElementById(old.id);
        if (!part || isUsed(old)) return;
        const made = document.importNode(part, true);
        old.replaceWith(made);
        if (window.htmx) window.htmx.process(made);
      });
      if (watch !== undefined && watch !== feed.dataset.watch) await wholeFeed(watch);
    } catch {
      if (net) net.hidden = false;
    }
  }
  // Another watch has begun: its log replaces the old one's; the composer stays as it is.
  async function wholeFeed(watch) {
    const answer = await ask(window.location.href);
    if (answer.status !== 200) return;
    const fresh = parsed(await answer.text()), made = fresh.getElementById("feed");
    if (!made) return;
    feed.replaceChildren(...[...made.childNodes].map((node) => document.importNode(node, true)));
    feed.dataset.newest = made.dataset.newest;
    feed.dataset.watch = watch;
    const title = document.getElementById("feed-title"), count = document.querySelector("[data-feed-count]");
    title.textContent = fresh.getElementById("feed-title").textContent;
    if (count) count.textContent = fresh.querySelector("[data-feed-count]")?.textContent || "";
    narrow();
  }

  // ---- all, open, mine
  let only = "";
  function narrow() {
    $$("article.entry", feed).forEach((row) => {
      row.classList.toggle("feed-hide", (only === "open" && row.dataset.open === undefined) || (only === "own" && !isOwn(row)));
    });
  }
  $$("[data-feed-filter]").forEach((chip) => chip.addEventListener("click", () => {
    only = chip.dataset.feedFilter;
    $$("[data-feed-filter]").forEach((each) => each.setAttribute("aria-pressed", String(each === chip)));
    narrow();
  }));

  setInterval(poll, EVERY);
  setInterval(() => { if (!reading) parts(); }, PARTS_EVERY);
  document.addEventListener("duty-desk:saved", poll);
  // Somebody else acts now: what the strip offers, and what is "mine", is theirs.
  document.addEventListener("duty-desk:actor", (event) => { narrow(); event.detail.wait(parts()); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { poll(); parts(); } });
})();
