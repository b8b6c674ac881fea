"use strict";
// The month's grid under the fingers: cells are chosen, set, pinned, copied and taken back here; nothing is stored before Save.
// What is not saved yet stays in this tab, per person, month and version. Without this script each cell is a link to its form.
(() => {
  const editor = document.getElementById("editor"), grid = document.getElementById("edit-grid"), form = document.getElementById("edit-form");
  if (!editor || !grid || !form) return;
  const bar = editor.querySelector(".edit-bar"), rows = [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("a[data-cell]")]);
  const links = rows.flat(), buttons = [...bar.querySelectorAll("[data-code]")], save = bar.querySelector("[type=submit]");
  const undoButton = bar.querySelector("[data-do=undo]"), pasteButton = bar.querySelector("[data-do=paste]"), severalButton = bar.querySelector("[data-do=several]"), count = bar.querySelector("[data-count]"), breaches = document.getElementById("breaches");
  const version = Number(form.elements.version.value), key = `duty-desk:grid:${form.elements._actor ? form.elements._actor.value : ""}:${window.location.pathname}`;
  const saved = new Map(), now = new Map(), steps = [];
  let at = links[0], anchor = links[0], copied = null, several = false, timer = 0, asked = 0;

  links.forEach((link) => {
    const state = { codes: link.parentElement.dataset.codes, pin: link.parentElement.classList.contains("pin") };
    saved.set(link.dataset.cell, state);
    now.set(link.dataset.cell, { ...state });
    link.tabIndex = -1;
  });
  const placeOf = (link) => { const row = rows.findIndex((each) => each.includes(link)); return [row, rows[row].indexOf(link)]; };
  function chosen() {
    const [r1, c1] = placeOf(anchor), [r2, c2] = placeOf(at), found = [];
    for (let row = Math.min(r1, r2); row <= Math.max(r1, r2); row += 1) found.push(rows[row].slice(Math.min(c1, c2), Math.max(c1, c2) + 1));
    return found;
  }
  function go(link, extend) {
    at.tabIndex = -1;
    at = link;
    if (!extend) anchor = link;
    at.tabIndex = 0;
    at.focus();
    const picked = new Set(chosen().flat());
    links.forEach((each) => each.parentElement.classList.toggle("picked", picked.has(each) && picked.size > 1));
  }

  // ---- what a cell shows
  function draw(link) {
    const cell = link.parentElement, state = now.get(link.dataset.cell), codes = state.codes.split("+").filter(Boolean);
    const kinds = codes.map((code) => buttons.find((each) => each.dataset.code === code));
    buttons.forEach((each) => each.dataset.tone && cell.classList.remove(each.dataset.tone));
    if (kinds[0]) cell.classList.add(kinds[0].dataset.tone);
    if (kinds.every(Boolean)) link.textContent = kinds.map((each) => each.dataset.mark).join("") || "·";
    const before = saved.get(link.dataset.cell);
    cell.classList.toggle("pin", state.pin);
    cell.classList.toggle("changed", before.codes !== state.codes || before.pin !== state.pin);
  }
  function changes() { return links.map((link) => link.dataset.cell).filter((cell) => now.get(cell).codes !== saved.get(cell).codes); }
  function pins() { return links.map((link) => link.dataset.cell).filter((cell) => now.get(cell).pin !== saved.get(cell).pin); }
  function shown() {
    const changed = changes().map((cell) => [...cell.split("|"), saved.get(cell).codes, now.get(cell).codes]).map(([person, day, old, codes]) => [Number(person), day, old, codes]);
    const pinned = pins().map((cell) => [Number(cell.split("|")[0]), cell.split("|")[1], now.get(cell).pin]);
    const some = changed.length + pinned.length;
    form.elements.changes.value = JSON.stringify(changed);
    form.elements.pins.value = JSON.stringify(pinned);
    save.disabled = !some;
    undoButton.disabled = !steps.length;
    count.textContent = some ? `${count.dataset.some} ${some}` : count.dataset.none;
    totals();
    keep(some ? { version, cells: Object.fromEntries([...changes(), ...pins()].map((cell) => [cell, now.get(cell)])) } : null);
  }
  function totals() {
    rows.forEach((row) => { row[0].closest("tr").querySelector(".tot").textContent = row.reduce((sum, link) => sum + now.get(link.dataset.cell).codes.split("+").filter(Boolean).length, 0); });
    grid.tFoot.querySelectorAll("tr[data-shift]").forEach((line) => {
      const needs = [...line.nextElementSibling.cells].slice(1);
      [...line.querySelectorAll(".sum")].forEach((cell, place) => {
        const there = rows.filter((row) => now.get(row[place].dataset.cell).codes.split("+").includes(line.dataset.shift)).length;
        cell.textContent = there;
        cell.classList.toggle("few", there < Number(needs[place].textContent));
      });
    });
  }
  function keep(what) {
    try { if (what) sessionStorage.setItem(key, JSON.stringify(what)); else sessionStorage.removeItem(key); } catch { /* forbidden or full: the page itself holds it */ }
  }

  // ---- acts
  function set(pairs) {
    const real = pairs.filter(([link, state]) => link && JSON.stringify(now.get(link.dataset.cell)) !== JSON.stringify(state));
    if (!real.length) return;
    steps.push(real.map(([link]) => [link, { ...now.get(link.dataset.cell) }]));
    real.forEach(([link, state]) => { now.set(link.dataset.cell, { ...state }); draw(link); });
    shown();
    check();
  }
  const setCodes = (codes) => set(chosen().flat().map((link) => [link, { ...now.get(link.dataset.cell), codes }]));
  function pin() {
    const cells = chosen().flat(), all = cells.every((link) => now.get(link.dataset.cell).pin);
    set(cells.map((link) => [link, { ...now.get(link.dataset.cell), pin: !all }]));
  }
  function undo() {
    const step = steps.pop();
    if (!step) return;
    step.forEach(([link, state]) => { now.set(link.dataset.cell, state); draw(link); });
    shown();
    check();
  }
  function copy() {
    copied = chosen().map((line) => line.map((link) => now.get(link.dataset.cell).codes));
    pasteButton.disabled = false;
  }
  // For fingers, which have no Shift: while this is on, each tap moves the far corner of what is chosen.
  function chooseSeveral(on) {
    several = on;
    severalButton.setAttribute("aria-pressed", String(on));
  }
  function paste() {
    if (!copied) return;
    const [row, column] = placeOf(chosen()[0][0]);
    set(copied.flatMap((line, down) => line.map((codes, right) => { const link = (rows[row + down] || [])[column + right]; return [link, link && { ...now.get(link.dataset.cell), codes }]; })));
  }

  // ---- the rules, asked after each change; the newest question alone is answered
  function check() {
    window.clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const mine = asked += 1;
      try {
        const answer = await fetch(editor.dataset.check, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
        if (mine !== asked || (!answer.ok && answer.status !== 422)) return;
        const text = await answer.text();
        if (mine === asked) { breaches.innerHTML = text; mark(); }
      } catch { /* the server is away: what was changed stays here, and the rules are asked again at the next change */ }
    }, 350);
  }
  function mark() {
    const hard = new Set([...breaches.querySelectorAll("[data-hard]")].flatMap((line) => line.dataset.cells.split(" ")));
    links.forEach((link) => link.parentElement.classList.toggle("bad", hard.has(link.dataset.cell)));
  }

  // ---- hands
  grid.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-cell]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(link, event.shiftKey || several);
  });
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button[type=button]");
    if (!button) return;
    if ("code" in button.dataset) setCodes(button.dataset.code);
    else ({ pin, undo, copy, paste, several: () => chooseSeveral(!several) })[button.dataset.do]();
    if (button.dataset.do !== "several") chooseSeveral(false);
  });
  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  grid.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const letter = event.key.toLowerCase(), command = event.ctrlKey || event.metaKey;
    const button = !command && buttons.find((each) => each.dataset.key === event.key || (each.dataset.letter && each.dataset.letter === letter));
    let done = true;
    if (event.key in MOVES) {
      const [row, column] = placeOf(at), [down, right] = MOVES[event.key];
      const next = (rows[row + down] || [])[column + right];
      if (next) go(next, event.shiftKey);
    } else if (command && letter === "z") undo();
    else if (command && letter === "c") copy();
    else if (command && letter === "v") paste();
    else if (command) done = false;
    else if (event.key === "Delete" || event.key === "Backspace") setCodes("");
    else if (button) setCodes(button.dataset.code);
    else if (letter === "p") pin();
    else if (event.key === "Enter") { if (save.disabled) window.location.assign(at.href); else save.focus(); } else done = false;
    if (done) { event.preventDefault(); event.stopPropagation(); }
  });

  // ---- what was not saved: of a refused save, else of this tab
  function restore() {
    let cells = {};
    const sent = form.elements.changes.value || form.elements.pins.value;
    if (sent) {
      JSON.parse(form.elements.changes.value || "[]").forEach(([person, day, , codes]) => { cells[`${person}|${day}`] = { codes }; });
      JSON.parse(form.elements.pins.value || "[]").forEach(([person, day, laid]) => { cells[`${person}|${day}`] = { ...cells[`${person}|${day}`], pin: laid }; });
    } else {
      try { const kept = JSON.parse(sessionStorage.getItem(key)); if (kept && (kept.version === version || !kept.sent)) cells = kept.cells; } catch { /* nothing is kept */ }
    }
    links.forEach((link) => { if (cells[link.dataset.cell]) { now.set(link.dataset.cell, { ...now.get(link.dataset.cell), ...cells[link.dataset.cell] }); draw(link); } });
    shown();
    if (Object.keys(cells).length) check(); else mark();
  }
  form.addEventListener("submit", () => {
    try { sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(key)), sent: true })); } catch { /* nothing is kept */ }
  });
  bar.hidden = false;
  editor.querySelector("[data-help]").hidden = false;
  at.tabIndex = 0;
  restore();
})();
