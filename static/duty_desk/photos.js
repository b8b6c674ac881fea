// Photos of an entry: chosen or taken, shown as tiles, uploaded at once. What the composer holds is kept in this browser
// (IndexedDB) until its entry is saved, so that a photo waits for the network as its line does.
window.dutyDeskPhotos = (() => {
  "use strict";
  const NAME = "duty-desk-photos", STORE = "photos", KEEP = 14 * 86400000, PATIENCE = 120000;
  const put = (pattern, value) => pattern.replace("%s", value);

  // ---- what this browser keeps: {blob, name, at, tokens: {person: token}}; where it may keep nothing, this page does
  const memory = new Map();
  let opening = null;
  function base() {
    opening ||= new Promise((resolve) => {
      try {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = asked.onblocked = () => resolve(null);
      } catch { resolve(null); }
    });
    return opening;
  }
  async function inStore(mode, act) {
    const db = await base();
    if (!db) return undefined;
    return new Promise((resolve) => {
      try {
        const turn = db.transaction(STORE, mode), asked = act(turn.objectStore(STORE));
        turn.oncomplete = () => resolve(asked.result);
        turn.onerror = turn.onabort = () => resolve(undefined);
      } catch { resolve(undefined); }
    });
  }
  async function recordOf(id) {
    if (!memory.has(id)) { const found = await inStore("readonly", (store) => store.get(id)); if (found) memory.set(id, found); }
    return memory.get(id);
  }
  async function keep(id, record, isKept = true) {
    memory.set(id, record);
    if (isKept) await inStore("readwrite", (store) => store.put(record, id));
  }
  async function forget(ids) {
    for (const id of ids) { memory.delete(id); await inStore("readwrite", (store) => store.delete(id)); }
  }
  async function forgetOld() {
    const keys = (await inStore("readonly", (store) => store.getAllKeys())) || [];
    for (const id of keys) { const record = await inStore("readonly", (store) => store.get(id)); if (record && Date.now() - record.at > KEEP) await forget([id]); }
  }
  // The server has lost what was uploaded: it is sent again from here, where it still is.
  async function forgetTokens(ids) {
    let all = true;
    for (const id of ids) { const record = await recordOf(id); if (record && record.blob) await keep(id, { ...record, tokens: {} }); else all = false; }
    return all && ids.length > 0;
  }
  const known = (id, pk) => memory.get(id)?.tokens[pk];

  // ---- uploading: one at a time
  let turn = Promise.resolve();
  const cookie = (name) => (document.cookie.split("; ").find((each) => each.startsWith(`${name}=`)) || "").slice(name.length + 1);
  const watchers = new Set();
  const tell = (id, share) => watchers.forEach((watcher) => watcher(id, share));
  function send(form, id, record, pk) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest(), body = new FormData();
      body.append("photos", record.blob, record.name);
      request.open("POST", form.dataset.upload);
      request.timeout = PATIENCE;
      const token = cookie("csrftoken") || form.elements.namedItem("csrfmiddlewaretoken").value;
      const headers = { "X-CSRFToken": token, "X-Actor": pk, "HX-Request": "true", Accept: "application/json" };
      Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
      request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) tell(id, event.loaded / event.total); });
      request.onerror = request.ontimeout = () => resolve({ state: "away" });
      request.onload = () => {
        const isJson = (request.getResponseHeader("Content-Type") || "").includes("json");
        let said = null;
        try { said = isJson ? JSON.parse(request.responseText) : null; } catch { /* a page: not for us */ }
        if (request.status === 201 && said) resolve({ state: "done", token: said.token });
        else if (request.status === 422 && said) resolve({ state: "refused", words: said.refused });
        else if ((request.getResponseHeader("HX-Trigger") || "").includes("seat-needed")) resolve({ state: "away", needs: "seat" });
        else if (request.status === 401 || (request.responseURL || "").includes("/sign-in/")) resolve({ state: "away", needs: "signin" });
        else resolve({ state: "away" });
      };
      request.send(body);
    });
  }
  // The token of a photo for its writer: as it is known, or after it was uploaded.
  function token(form, photo, pk) {
    turn = turn.then(async () => {
      const record = await recordOf(photo.id);
      if (!record) return { state: "refused", words: put(wordsOf(form).lost, photo.name) };
      if (record.tokens[pk]) return { state: "done", token: record.tokens[pk] };
      if (!record.blob) return { state: "refused", words: put(wordsOf(form).lost, photo.name) };
      tell(photo.id, 0);
      const answer = await send(form, photo.id, record, pk);
      if (answer.state === "done" && memory.has(photo.id)) await keep(photo.id, { ...memory.get(photo.id), tokens: { ...record.tokens, [pk]: answer.token } }, record.kept);
      tell(photo.id, answer.state === "done" ? 1 : null);
      return answer;
    }).catch(() => ({ state: "away" }));
    return turn;
  }
  const listOf = (form) => form.querySelector("[data-photos]");
  const wordsOf = (form) => listOf(form).dataset;

  // ---- the tiles of one form
  function attach(form, { actor, onChange = () => {}, isKept = true }) {
    const list = listOf(form), words = list.dataset, input = form.querySelector("[data-photo-input]");
    const error = form.querySelector("[data-error=photos]");
    let photos = [];
    const urls = new Map();
    const newId = () => [...crypto.getRandomValues(new Uint8Array(12))].map((each) => each.toString(16).padStart(2, "0")).join("");
    function say(lines) { error.textContent = lines.join(" "); error.hidden = !lines.length; }

    function state(photo) {
      const record = memory.get(photo.id);
      return record && record.tokens[actor()] ? words.kept : photo.share === undefined || photo.share === null ? words.waits : words.sending;
    }
    function tile(photo) {
      const made = document.createElement("li"), remove = document.createElement("button"), how = document.createElement("span");
      made.dataset.photo = photo.id;
      const url = urls.get(photo.id);
      const shown = document.createElement(url ? "img" : "span");
      if (url) { shown.src = url; shown.alt = photo.name; } else { shown.className = "photo-name"; shown.textContent = photo.name; }
      how.className = "photo-state"; how.textContent = state(photo);
      remove.type = "button"; remove.className = "photo-remove"; remove.textContent = "×"; remove.setAttribute("aria-label", put(words.remove, photo.name));
      remove.addEventListener("click", () => { photos = photos.filter((each) => each.id !== photo.id); forget([photo.id]); say([]); show(); onChange(); input.focus(); });
      made.append(shown, how, remove);
      if (photo.share > 0 && photo.share < 1) { const bar = document.createElement("progress"); bar.max = 1; bar.value = photo.share; bar.className = "bar"; bar.setAttribute("aria-label", words.sending); made.append(bar); }
      const known = memory.get(photo.id)?.tokens[actor()];
      if (!isKept && known) { const field = document.createElement("input"); field.type = "hidden"; field.name = "photos"; field.value = known; made.append(field); }
      return made;
    }
    function show() {
      urls.forEach((url, id) => { if (!photos.some((each) => each.id === id)) { URL.revokeObjectURL(url); urls.delete(id); } });
      list.replaceChildren(...photos.map(tile));
      list.hidden = !photos.length;
    }
    watchers.add((id, share) => { const photo = photos.find((each) => each.id === id); if (photo) { photo.share = share; show(); } });

    async function look() {
      for (const photo of photos) {
        const record = await recordOf(photo.id);
        if (record && record.blob && !urls.has(photo.id)) urls.set(photo.id, URL.createObjectURL(record.blob));
      }
      show();
    }
    function upload(photo) {
      return token(form, photo, actor()).then((answer) => {
        if (answer.state === "refused" && photos.some((each) => each.id === photo.id)) {
          photos = photos.filter((each) => each.id !== photo.id);
          forget([photo.id]); say([answer.words]); show(); onChange();
        }
        return answer;
      });
    }
    async function add(files) {
      const refused = [];
      for (const file of files) {
        if (photos.length >= Number(words.most)) { refused.push(words.tooMany); break; }
        if (file.size > Number(words.mostBytes)) { refused.push(`${file.name}: ${words.tooLarge}`); continue; }
        const photo = { id: newId(), name: file.name };
        await keep(photo.id, { blob: file, name: file.name, at: Date.now(), tokens: {}, kept: isKept }, isKept);
        photos.push(photo);
        urls.set(photo.id, URL.createObjectURL(file));
      }
      say(refused);
      show();
      onChange();
      photos.filter((photo) => !known(photo.id, actor())).forEach(upload);
    }
    input.addEventListener("change", (event) => { event.stopPropagation(); const files = [...input.files]; input.value = ""; add(files); });
    // A photo that is pasted or dropped is taken like a chosen one.
    form.addEventListener("paste", (event) => { const files = [...(event.clipboardData?.files || [])]; if (files.length) { event.preventDefault(); add(files); } });

    // What the server has sent back with a refused form: uploaded already, its picture is not here.
    list.querySelectorAll("input[type=hidden]").forEach((field, place) => {
      const photo = { id: newId(), name: `${place + 1}` };
      memory.set(photo.id, { blob: null, name: photo.name, at: Date.now(), tokens: { [actor()]: field.value }, kept: false });
      photos.push(photo);
    });
    show();

    return {
      list: () => photos.map(({ id, name }) => ({ id, name })),
      fill: (found) => { photos = (found || []).map(({ id, name }) => ({ id, name })); show(); look().then(() => photos.filter((photo) => !known(photo.id, actor()) && memory.get(photo.id)?.blob).forEach(upload)); },
      missing: () => photos.filter((photo) => !known(photo.id, actor())),
      upload, say,
    };
  }

  // ---- a plain form with photos: it goes when all of them are uploaded
  document.querySelectorAll("[data-photo-form]").forEach((form) => {
    const actor = () => form.elements.namedItem("_actor").value;
    const tiles = attach(form, { actor, isKept: false });
    form.addEventListener("submit", async (event) => {
      if (!tiles.missing().length) return;
      event.preventDefault();
      for (const photo of tiles.missing()) {
        const answer = await tiles.upload(photo);
        if (answer.state !== "done") { if (answer.state === "away") tiles.say([wordsOf(form).away]); return; }
      }
      form.requestSubmit(event.submitter || undefined);
    }, true);
  });
  forgetOld();
  return { attach, token, known, forget, forgetTokens };
})();
