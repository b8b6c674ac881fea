// The composer: one line and Enter. What is typed is kept in this browser for each person and desk; a saved line waits
// the few seconds in which it can be taken back, then is sent, in order and exactly once (each line has its own key).
(() => {
  "use strict";
  const form = document.getElementById("composer");
  if (!form) return;
  const field = (name) => form.elements.namedItem(name);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = document.getElementById("composer-words").dataset;
  const outbox = document.getElementById("outbox");
  const said = document.getElementById("composer-said");
  const net = document.getElementById("net");
  const kindFields = form.querySelector("[data-kind-fields]");
  const more = form.querySelector("details.more:not([data-own])");
  const radios = $$("input[name=kind]", form);
  const NAMES = ["text", "place", "customer", "handler", "due_at", "phone", "source", "urgency", "outcome", "result", "occurred_at", "late_reason", "pinned_until", "audience"];
  const TICKS = ["over_three_rings", "called_back", "dialled_out", "sure"];
  const ownFields = form.querySelector("details[data-own]");
  const ownSets = $$("[data-own-of]", form);
  const ownOf = (code) => ownSets.filter((set) => set.dataset.ownOf === code).flatMap((set) => $$("[name]", set));
  const ticks = () => TICKS.map(field);
  const desk = form.dataset.desk;
  const loadedAt = Date.now();
  const serverAtLoad = Date.parse(form.dataset.now);
  const serverNow = () => serverAtLoad + (Date.now() - loadedAt);
  const actor = () => field("_actor").value;
  const say = (text) => { said.textContent = ""; said.textContent = text; };
  const put = (pattern, value) => pattern.replace("%s", value);
  const photos = window.dutyDeskPhotos, tiles = photos.attach(form, { actor, onChange: () => keep() });

  // ---- what this browser keeps; where it may keep nothing, the page itself does
  const memory = new Map();
  function read(key, otherwise) {
    try { return JSON.parse(localStorage.getItem(key)) ?? memory.get(key) ?? otherwise; } catch { return memory.get(key) ?? otherwise; }
  }
  function write(key, value) {
    memory.set(key, value);
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden: the page's own memory holds it */ }
  }
  const QUEUES = `duty-desk:queue:${desk}:`;
  const draftKey = (pk) => `duty-desk:draft:${desk}:${pk}`;
  const queueOf = (pk) => read(QUEUES + pk, []);
  const change = (pk, act) => { const queue = queueOf(pk); const changed = act(queue) ?? queue; write(QUEUES + pk, changed); show(); return changed; };
  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  // ---- the draft
  let placeIsAuto = false;
  const kind = () => radios.find((radio) => radio.checked) || radios[0];
  function choose(code) { const radio = radios.find((each) => each.value === code); if (radio) { radio.checked = true; intoSight(radio); fit(); } }
  // On a phone the kinds stand in one line that is pushed sideways: it begins with the first, and shows what was chosen.
  function intoSight(radio) {
    const line = radio.closest(".chips"), chip = radio.nextElementSibling;
    line.scrollLeft = radio.value === line.dataset.usual ? 0 : chip.offsetLeft - (line.clientWidth - chip.offsetWidth) / 2;
  }
  function values() {
    const found = { kind: kind().value };
    NAMES.forEach((name) => { const value = field(name).value; if (value) found[name] = value; });
    ticks().forEach((tick) => { if (tick.checked) found[tick.name] = "1"; });
    ownOf(found.kind).forEach((own) => { const value = own.type === "checkbox" ? own.checked && "true" : own.value; if (value) found[own.name] = value; });
    if (tiles.list().length) found.photos = tiles.list();
    return found;
  }
  const isEmpty = () => Object.entries(values()).every(([name, value]) => name === "kind" || (name !== "photos" && !value.trim()));
  function fill(found) {
    NAMES.forEach((name) => { field(name).value = found[name] || ""; });
    ticks().forEach((tick) => { tick.checked = Boolean(found[tick.name]); });
    ownSets.flatMap((set) => $$("[name]", set)).forEach((own) => { if (own.type === "checkbox") own.checked = Boolean(found[own.name]); else own.value = found[own.name] || ""; });
    choose(found.kind || form.querySelector("[data-usual]").dataset.usual);
    tiles.fill(found.photos);
    placeIsAuto = Boolean(found.place && found.place === placeIn(found.text || ""));
    fit();
  }
  function keep() { write(draftKey(actor()), isEmpty() ? null : values()); }
  function clear() { fill({}); more.open = false; errors({}); keep(); }

  // ---- what the line says by itself: #repair, ＃报修, 、bx, /help; 5栋1203
  const ways = radios.flatMap((radio) => [radio.value, ...radio.dataset.prefixes.split(" ")].filter(Boolean).map((way) => ({ way: way.toLowerCase(), code: radio.value })))
    .sort((a, b) => b.way.length - a.way.length);
  function applyPrefix(atEnd) {
    const text = field("text");
    if (!text.value || !"#＃、/／".includes(text.value[0])) return;
    const rest = text.value.slice(1);
    for (const { way, code } of ways) {
      if (!rest.toLowerCase().startsWith(way)) continue;
      const after = rest.slice(way.length);
      const isLatin = /^[\x00-\x7f]+$/.test(way);
      if (after ? /^\s/.test(after) || !isLatin : atEnd || !isLatin) {
        choose(code);
        text.value = after.replace(/^[\s　:：,，]+/, "");
        return;
      }
    }
  }
  const UNIT = /(?<![0-9A-Za-z])(?:[0-9]{1,3}|[A-Z])\s?(?:栋|棟|幢|座|号楼|號樓)\s?(?:[0-9]{1,2}\s?(?:单元|單元)\s?)?[0-9]{1,4}[A-Z]?[0-9]?|(?<![0-9A-Za-z-])[0-9]{1,2}-(?:[0-9]{1,2}-)?[0-9]{3,4}[A-Z]?(?![0-9A-Za-z-])/i;
  function placeIn(text) { const found = UNIT.exec(text); return found ? found[0].replace(/\s/g, "") : ""; }
  // The same numbers as in logbook/numbers.py: offered to their field, never moved by themselves.
  const PHONE = /(?<![0-9A-Za-z])(?:(?:\+|00)86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9A-Za-z])|(?<![0-9A-Za-z])\(?0[1-9][0-9]{1,2}\)?[ -]?[2-9][0-9]{2,3}[ -]?[0-9]{4}(?![0-9A-Za-z])|(?<![0-9A-Za-z])(?:\+|00)85[23][ -]?[2-9][0-9]{3}[ -]?[0-9]{4}(?![0-9A-Za-z])/;
  const offer = document.getElementById("composer-offer"), replace = document.getElementById("composer-replace");
  const narrow = (text) => text.replace(/[\uff01-\uff5e]/g, (each) => String.fromCharCode(each.charCodeAt(0) - 0xfee0));
  function offerPhone() {
    const found = field("phone").value ? null : PHONE.exec(narrow(field("text").value));
    offer.hidden = !found;
    if (found) offer.querySelector("span").textContent = put(words.offerphone, found[0]);
  }
  offer.addEventListener("click", () => {
    const text = field("text"), found = PHONE.exec(narrow(text.value));
    if (!found) return;
    field("phone").value = found[0];
    text.value = (text.value.slice(0, found.index).trimEnd() + " " + text.value.slice(found.index + found[0].length).trimStart()).trim();
    more.open = true;
    offer.hidden = true;
    text.focus();
    keep();
  });
  function recognise() {
    const place = field("place");
    if (place.value && !placeIsAuto) return;
    const found = placeIn(field("text").value);
    if (found === place.value) return;
    place.value = found;
    placeIsAuto = Boolean(found);
  }

  // ---- the fields that the kind needs
  const departments = new Map($$("#handlers option").map((option) => [option.dataset.code, option.value]));
  function note(name, text) {
    const label = form.querySelector(`label[for="composer-${name}"]`);
    let small = label.querySelector("small");
    if (!small) { small = document.createElement("small"); label.append(" ", small); }
    small.textContent = text ? `(${text})` : "";
  }
  function fit() {
    const { dataset } = kind();
    const needsPlace = "needsPlace" in dataset, follows = "follows" in dataset;
    const filled = ["place", "customer", "handler", "due_at"].some((name) => field(name).value || field(name).getAttribute("aria-invalid"));
    kindFields.hidden = !(needsPlace || follows || filled);
    if (ownFields) {
      ownSets.forEach((set) => { set.hidden = set.dataset.ownOf !== kind().value; });
      ownFields.hidden = ownSets.every((set) => set.hidden);
      ownFields.open = !ownFields.hidden;
    }
    field("place").required = needsPlace;
    field("place").classList.toggle("auto", placeIsAuto);
    offerPhone();
    note("place", placeIsAuto ? words.recognised : "");
    field("handler").placeholder = follows ? departments.get(dataset.handler) || dataset.handler : "";
    const urgency = field("urgency").value || dataset.urgency;
    const minutes = Number(urgency === "normal" ? dataset.due : dataset.dueUrgent);
    note("due_at", follows && !field("due_at").value ? clock(serverNow() + minutes * 60000) : "");
    field("outcome").options[0].textContent = put(words.due, follows && !field("result").value ? words.open : words.settled);
  }
  function clock(moment) {
    const zone = form.dataset.zone, language = document.documentElement.lang.replace(/^en$/, "en-GB");
    const day = (when) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(when);
    const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    return new Intl.DateTimeFormat(language, day(moment) === day(serverNow()) ? time : { weekday: "short", day: "numeric", month: "short", ...time }).format(moment);
  }
  function errors(found, isReplaceable = false) {
    replace.hidden = !isReplaceable;
    $$("[data-error]", form).forEach((place) => {
      const text = (found[place.dataset.error] || []).join(" ");
      place.textContent = text;
      place.hidden = !text;
      const input = field(place.dataset.error);
      if (text) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      input.classList.toggle("is-invalid", Boolean(text));
      if (text && more.contains(input)) more.open = true;
    });
    const known = new Set($$("[data-error]", form).map((place) => place.dataset.error));
    const rest = Object.keys(found).filter((name) => !known.has(name)).flatMap((name) => found[name]);
    if (rest.length) { const place = document.getElementById("text-error"); place.textContent = [place.textContent, ...rest].filter(Boolean).join(" "); place.hidden = false; }
    fit();
    const first = form.querySelector("[aria-invalid=true]");
    if (first) first.focus();
  }

  // ---- saving: into the queue first
  function save(isEmergency, replaces = false) {
    applyPrefix(true);
    recognise();
    const found = values();
    if (replaces) found.replace_identity = "1";
    if (isEmergency) { found.kind = "emergency"; found.text = (found.text || "").trim() || form.querySelector("[data-emergency]").dataset.defaultText; }
    if (!(found.text || "").trim()) { errors({ text: [words.empty] }); return; }
    // A text too large for a request would not even be answered: the rule's words stand here as well.
    if ([...found.text.trim()].length > Number(words.longest)) { errors({ text: [words.toolong] }); return; }
    if (!isEmergency && field("place").required && !(found.place || "").trim()) { errors({ place: [words.needplace] }); return; }
    const written = new Date(Math.floor(serverNow() / 1000) * 1000).toISOString();
    const item = { key: newKey(), values: found, written, state: "holding", until: Date.now() + Number(form.dataset.takeBack) * 1000, tries: 0, emergency: isEmergency, who: whose() };
    clear();
    change(actor(), (queue) => { queue.push(item); });
    field("text").focus();
    flush();
  }
  function whose() { const chip = document.querySelector("[data-seats] .chip.on"); return chip ? chip.textContent.trim() : ""; }

  // ---- sending: one at a time, in order; a tab of the same browser waits for the other's turn
  let running = null, timer = 0;
  function flush() {
    const turn = () => (navigator.locks ? navigator.locks.request(`duty-desk:${desk}`, run) : run());
    running ||= turn().finally(() => { running = null; plan(); });
    return running;
  }
  const pending = (item) => item.state === "holding" || item.state === "waiting" || item.state === "sending";
  function plan() {
    clearTimeout(timer);
    const next = queueOf(actor()).find(pending);
    if (!next || next.needs === "seat") return;
    const due = next.state === "holding" ? next.until : next.next || 0;
    timer = setTimeout(flush, Math.min(Math.max(due - Date.now(), 0) + 20, 60000));
  }
  async function run() {
    for (;;) {
      const pk = actor();
      const item = queueOf(pk).find(pending);
      if (!item || item.needs === "seat") return;
      if ((item.state === "holding" ? item.until : item.next || 0) > Date.now()) return;
      mark(pk, item.key, { state: "sending" });
      const outcome = await send(item, pk);
      if (outcome.state === "done") done(pk, item, outcome.number);
      else if (outcome.state === "refused") refused(pk, item, outcome.errors, outcome.replaceable);
      else {
        const tries = item.tries + 1;
        mark(pk, item.key, { state: "waiting", tries, needs: outcome.needs || "", next: Date.now() + Math.min(30000, 1000 * 2 ** tries) });
        return;
      }
    }
  }
  const mark = (pk, key, changed) => change(pk, (queue) => { const item = queue.find((each) => each.key === key); if (item) Object.assign(item, changed); });
  const drop = (pk, key) => change(pk, (queue) => queue.filter((each) => each.key !== key));
  const discard = (pk, item) => { drop(pk, item.key); photos.forget(idsOf(item)); };
  const cookie = (name) => (document.cookie.split("; ").find((each) => each.startsWith(`${name}=`)) || "").slice(name.length + 1);
  const idsOf = (item) => (item.values.photos || []).map(({ id }) => id);
  function request(item, pk, extra = {}) {
    const { photos: _photos, ...typed } = item.values;
    const body = new URLSearchParams(typed);
    idsOf(item).forEach((id) => body.append("photos", photos.known(id, pk)));
    body.set("key", item.key);
    body.set("written_at", item.written);
    if (item.emergency) body.set("emergency", "1");
    const token = cookie("csrftoken") || field("csrfmiddlewaretoken").value;
    return fetch(form.action, {
      method: "POST", body, credentials: "same-origin", redirect: "manual",
      headers: { "X-CSRFToken": token, "X-Actor": pk, "HX-Request": "true", Accept: "application/json" }, ...extra,
    });
  }
  // The photos go first, in their order; the line waits until each of them is there.
  async function sendPhotos(item, pk) {
    for (const photo of item.values.photos || []) {
      const answer = await photos.token(form, photo, pk);
      if (answer.state === "away" && net) net.hidden = Boolean(answer.needs);
      if (answer.needs === "seat") document.dispatchEvent(new CustomEvent("seat-needed"));
      if (answer.state === "refused") return { state: "refused", errors: { photos: [answer.words] } };
      if (answer.state !== "done") return answer;
    }
    return null;
  }
  async function send(item, pk, isSecond = false) {
    const held = await sendPhotos(item, pk);
    if (held) return held;
    let answer;
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 20000);
    try { answer = await request(item, pk, { signal: stop.signal }); } catch { if (net) net.hidden = false; return { state: "away" }; } finally { clearTimeout(limit); }
    if (answer.type === "opaqueredirect" || answer.status === 401) return { state: "away", needs: "signin" };
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) { if (net) net.hidden = false; return { state: "away" }; }
    if (net) net.hidden = true;
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    if (answer.ok && isJson) return { state: "done", number: (await answer.json()).number };
    if (answer.status === 422 && isJson) {
      const { errors: found, replaceable, gone } = await answer.json();
      if (gone && !isSecond && (await photos.forgetTokens(idsOf(item)))) return send(item, pk, true);
      return { state: "refused", errors: found, replaceable };
    }
    if ((answer.headers.get("HX-Trigger") || "").includes("seat-needed")) {
      document.dispatchEvent(new CustomEvent("seat-needed"));
      return { state: "away", needs: "seat" };
    }
    // A token that is out of date is renewed once; any other refusal is the person's to read.
    if (answer.status === 403 && !isSecond) { await fetch(window.location.href, { credentials: "same-origin" }).catch(() => {}); return send(item, pk, true); }
    if (answer.status === 422) return { state: "refused", errors: { text: [new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent.trim().replace(/\s+/g, " ")] } };
    return { state: "refused", errors: { text: [answer.status === 400 || answer.status === 413 ? words.toomuch : words.forbidden] } };
  }
  function done(pk, item, number) {
    drop(pk, item.key);
    photos.forget(idsOf(item));
    saved(number, item.emergency);
    say(put(words.saved, number));
    document.dispatchEvent(new CustomEvent("duty-desk:saved", { detail: { number } }));
  }
  function refused(pk, item, found, isReplaceable = false) {
    if (pk === actor() && isEmpty()) { drop(pk, item.key); fill(item.values); keep(); errors(found, isReplaceable); }
    else mark(pk, item.key, { state: "refused", errors: found, replaceable: isReplaceable });
    say(`${words.refused}: ${Object.values(found).flat().join(" ")}`);
  }

  // ---- taking back, and drafts that stand aside while another one is written
  function edit(key, message) {
    const pk = actor(), item = queueOf(pk).find((each) => each.key === key);
    if (!item || item.state === "sending" || item.state === "waiting") return;
    const aside = isEmpty() ? null : { key: newKey(), values: values(), state: "kept" };
    change(pk, (queue) => { const rest = queue.filter((each) => each.key !== key); if (aside) rest.push(aside); return rest; });
    fill(item.values);
    keep();
    errors(item.errors || {}, item.replaceable);
    if (!item.errors) field("text").focus();
    if (message) say(message);
    plan();
  }

  // ---- what the person sees of all this
  let savedRow = null;
  function saved(number, isEmergency) {
    savedRow = isEmergency ? { number } : null;
    show();
  }
  function row(of, text, state, buttons, css = "") {
    const line = document.createElement("li");
    if (css) line.className = css;
    line.dataset.row = [of, css, text, ...buttons.map((each) => each.textContent)].join("\n");
    const what = document.createElement("span"), how = document.createElement("span");
    what.className = "what"; what.textContent = text;
    how.className = "state"; how.textContent = state;
    line.append(what, how, ...buttons);
    return line;
  }
  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button"; made.className = "btn btn-sm"; made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }
  function link(label, url) {
    const made = document.createElement("a");
    made.className = "btn btn-sm"; made.href = url; made.textContent = label;
    return made;
  }
  function show() {
    const pk = actor(), rows = [];
    if (savedRow) rows.push(row("saved", put(words.saved, savedRow.number), "", [link(words.add, `${form.dataset.log}${savedRow.number}/#add`), button("×", () => { savedRow = null; show(); })]));
    for (const item of queueOf(pk)) {
      const text = `${radios.find((radio) => radio.value === item.values.kind)?.dataset.label || ""} · ${item.values.text || ""}${item.values.photos ? ` · ${put(words.photos, item.values.photos.length)}` : ""}`;
      if (item.state === "holding") rows.push(row(item.key, text, put(words.holding, Math.max(1, Math.ceil((item.until - Date.now()) / 1000))), [button(words.undo, () => edit(item.key, words.takenback))]));
      else if (item.state === "sending") rows.push(row(item.key, text, words.sending, []));
      else if (item.state === "refused") rows.push(row(item.key, text, `${words.refused}: ${Object.values(item.errors).flat().join(" ")}`, [button(words.edit, () => edit(item.key)), button(words.discard, () => discard(pk, item))], "refused"));
      else if (item.state === "kept") rows.push(row(item.key, text, words.kept, [button(words.edit, () => edit(item.key)), button(words.discard, () => discard(pk, item))]));
      else if (item.needs === "signin") rows.push(row(item.key, text, words.signedout, [link(words.signin, form.dataset.signIn), button(words.again, () => retry())], "waits"));
      else if (item.needs === "seat") rows.push(row(item.key, text, words.seat, [button(words.again, () => retry())], "waits"));
      else rows.push(row(item.key, text, words.waiting, [button(words.again, () => retry())], "waits"));
    }
    for (const [other, count, who] of waitingOfOthers(pk)) if (other) rows.push(row(other, put(words.others, `${count} · ${who}`), "", []));
    const held = document.activeElement && outbox.contains(document.activeElement) ? [...outbox.querySelectorAll("button, a")].indexOf(document.activeElement) : -1;
    lay(rows);
    outbox.hidden = !rows.length;
    if (held >= 0 && !outbox.contains(document.activeElement)) { const again = outbox.querySelectorAll("button, a")[held]; if (again) again.focus(); else field("text").focus(); }
  }
  // A row that stands already stays the same element and only counts on: a button that is made anew between the pressing and the
  // letting go of a finger is never clicked.
  function lay(rows) {
    const before = [...outbox.children];
    const now = rows.map((made) => {
      const place = before.findIndex((each) => each.dataset.row === made.dataset.row);
      if (place < 0) return made;
      const [kept] = before.splice(place, 1), state = made.querySelector(".state").textContent;
      if (kept.querySelector(".state").textContent !== state) kept.querySelector(".state").textContent = state;
      return kept;
    });
    before.forEach((each) => each.remove());
    now.forEach((each, place) => { if (outbox.children[place] !== each) outbox.insertBefore(each, outbox.children[place] || null); });
  }
  function waitingOfOthers(pk) {
    const found = [];
    try {
      for (let index = 0; index < localStorage.length; index += 1) {
        const key = localStorage.key(index);
        if (!key.startsWith(QUEUES) || key === QUEUES + pk) continue;
        const waiting = read(key, []).filter(pending);
        if (waiting.length) found.push([key, waiting.length, waiting[0].who || ""]);
      }
    } catch { /* nothing may be kept here: nobody's lines wait */ }
    return found;
  }
  function retry() {
    change(actor(), (queue) => { queue.forEach((item) => { if (item.state === "waiting") { item.next = 0; item.needs = ""; } }); });
    flush();
  }
  setInterval(() => {
    if (outbox.hidden || !queueOf(actor()).some((item) => item.state === "holding")) return;
    $$("li", outbox).length && show();
  }, 1000);

  // ---- keys; never while an input method composes (229 is what a composing key says of itself)
  let composing = false;
  form.addEventListener("compositionstart", () => { composing = true; });
  form.addEventListener("compositionend", (event) => { composing = false; typed(event); });
  form.addEventListener("input", (event) => { if (!composing && !event.isComposing) typed(event); });
  function typed(event) {
    if (event.target === field("text")) { applyPrefix(false); recognise(); }
    if (event.target === field("place")) placeIsAuto = false;
    replace.hidden = true;
    if (event.target.getAttribute("aria-invalid")) { event.target.removeAttribute("aria-invalid"); event.target.classList.remove("is-invalid"); const place = form.querySelector(`[data-error="${event.target.name}"]`); if (place) place.hidden = true; }
    fit();
    keep();
  }
  form.addEventListener("change", () => { fit(); keep(); });
  form.addEventListener("keydown", (event) => {
    if (event.isComposing || composing || event.keyCode === 229) { if (event.key === "Enter" && event.target !== field("text")) event.preventDefault(); return; }
    if (event.altKey && /^Digit[1-9]$/.test(event.code) && !event.ctrlKey && !event.metaKey) {
      const radio = radios[Number(event.code.slice(5)) - 1];
      if (radio) { event.preventDefault(); choose(radio.value); keep(); }
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey || (event.target === field("text") && !event.shiftKey && !event.altKey))) {
      event.preventDefault();
      if (!event.repeat) save(false);
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const tapped = event.submitter ? event.submitter.name : "";
    save(tapped === "emergency", tapped === "replace_identity");
  });
  $$("[data-phrase]", form).forEach((phrase) => phrase.addEventListener("click", () => {
    const text = field("text");
    const joint = !text.value || /[\s。！？，；、]$/.test(text.value) || /^[^\x00-\x7f]/.test(phrase.dataset.phrase) ? "" : " ";
    text.value += joint + phrase.dataset.phrase;
    phrase.closest("details").open = false;
    text.focus();
    keep();
  }));

  // ---- another person writes now: the own draft stays, theirs comes
  document.addEventListener("duty-desk:actor", () => { load(); retry(); });
  document.addEventListener("duty-desk:leaving", (event) => {
    if (!queueOf(actor()).some(pending)) return;
    change(actor(), (queue) => { queue.forEach((item) => { if (item.state === "holding") item.until = 0; }); });
    event.detail.wait(flush());
  });
  window.addEventListener("storage", (event) => {
    if (event.key && event.key.startsWith(QUEUES)) show();
    if (event.key === draftKey(actor())) follow(event.oldValue);
  });
  // A draft is one in all tabs: a tab that still shows what the other one changed or sent follows it.
  function follow(before) {
    if (composing || JSON.stringify(isEmpty() ? null : values()) !== (before || "null")) return;
    fill(read(draftKey(actor()), null) || {});
  }
  window.addEventListener("online", () => retry());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  // Who leaves the page no longer takes anything back: it goes now, and its key keeps it from being stored twice. What
  // stands behind a line that cannot go yet waits with it, for the lines are stored in the order in which they were written.
  window.addEventListener("pagehide", () => {
    const pk = actor(), lines = queueOf(pk).filter(pending);
    const stuck = lines.findIndex((item) => item.state === "waiting" || idsOf(item).some((id) => !photos.known(id, pk)));
    lines.forEach((item, place) => {
      if (item.state === "holding") mark(pk, item.key, { state: "waiting", next: 0 });
      if (stuck === -1 || place < stuck) request(item, pk, { keepalive: true }).catch(() => {});
    });
  });
  function load() {
    const draft = read(draftKey(actor()), null);
    if (draft) fill(draft); else fill({});
    errors({});
    show();
  }
  if (form.querySelector(".is-invalid, [data-error]:not([hidden])")) { fit(); show(); } else load();
  retry();
})();
