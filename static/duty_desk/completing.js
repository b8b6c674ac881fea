// Fields with data-complete="place|handler|addressee" are completed from what was written at this desk before: a combobox
// with a list, by keys, finger or mouse.
// Nothing is asked while an input method composes, and nothing is put into the field unless it is chosen.
(() => {
  "use strict";
  const words = document.getElementById("completing-words");
  if (!words) return;
  const WAIT = 180;

  document.querySelectorAll("input[data-complete]").forEach((input) => {
    const list = document.createElement("ul");
    list.id = `${input.id}-offered`;
    list.className = "completions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0].firstChild.textContent.trim());
    list.hidden = true;
    input.after(list);
    input.parentElement.classList.add("completing");
    input.removeAttribute("list");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    let timer = 0, asking = null, chosen = -1, composing = false;

    const options = () => [...list.children];
    function close() {
      clearTimeout(timer);
      if (asking) asking.abort();
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function mark(place) {
      chosen = place;
      options().forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
      if (place < 0) input.removeAttribute("aria-activedescendant");
      else { input.setAttribute("aria-activedescendant", options()[place].id); options()[place].scrollIntoView({ block: "nearest" }); }
    }
    function take(option) {
      input.value = option.textContent;
      close();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      close();
      input.focus();
    }
    function show(values) {
      list.replaceChildren(...values.map((value, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = value;
        return option;
      }));
      list.hidden = !values.length;
      chosen = -1;
      input.setAttribute("aria-expanded", String(Boolean(values.length)));
      input.removeAttribute("aria-activedescendant");
    }
    async function ask() {
      const typed = input.value;
      if (asking) asking.abort();
      if (!typed.trim()) { close(); return; }
      asking = new AbortController();
      try {
        const answer = await fetch(`${words.dataset.url.replace("FIELD", input.dataset.complete)}?q=${encodeURIComponent(typed)}`, { signal: asking.signal, credentials: "same-origin", redirect: "error" });
        if (answer.ok && document.activeElement === input && input.value === typed) show((await answer.json()).values);
      } catch { /* away, or typed on: the field works without */ }
    }
    const soon = () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); };

    input.addEventListener("compositionstart", () => { composing = true; close(); });
    input.addEventListener("compositionend", () => { composing = false; soon(); });
    input.addEventListener("input", (event) => { if (event.isTrusted && !composing && !event.isComposing) soon(); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || composing || event.keyCode === 229 || list.hidden) return;
      const count = options().length;
      if (event.key === "ArrowDown") mark((chosen + 1) % count);
      else if (event.key === "ArrowUp") mark(chosen <= 0 ? count - 1 : chosen - 1);
      else if (event.key === "Enter" && chosen >= 0 && !event.ctrlKey && !event.metaKey) take(options()[chosen]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    // Before the field loses the focus, which would close the list.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) take(option); });
  });
})();
