/**
 * Suggestions while typing, for every `<form data-search-box>`: an ARIA 1.2 combobox with a list
 * box. Without this script the form searches as it is.
 */

const WAIT = 150; // milliseconds after the last key

for (const form of document.querySelectorAll("form[data-search-box]")) {
  enhance(form, form.querySelector("input[name=q]"));
}

function enhance(form, input) {
  if (!input) return;
  const list = document.createElement("div");
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
  list.hidden = true;
  input.parentElement.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) {
    input.setAttribute(name, value);
  }

  let timer = 0;
  let request = null;
  let options = [];
  let active = -1;

  const close = () => {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const select = (index) => {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options[active];
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };

  const show = (groups) => {
    options = [];
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...groups.map((group) => groupElement(group, list.id, options)));
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(options.length > 0));
  };

  const ask = async () => {
    request?.abort();
    const typed = input.value.trim();
    if (!typed) return close();
    request = new AbortController();
    const address = new URL("suggest/", new URL(form.action, location.href));
    address.searchParams.set("q", typed);
    for (const field of form.querySelectorAll("[data-suggest]")) address.searchParams.set(field.name, field.value);
    try {
      const response = await fetch(address, { signal: request.signal });
      if (!response.ok) return close();
      const answer = await response.json();
      if (input.value.trim() === typed && document.activeElement === input) show(answer.groups);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    // Keys belong to the input method while it composes.
    if (event.isComposing) return;
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return void ask();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const places = options.length + 1;
      select(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && isOpen && options[active]) {
      event.preventDefault();
      location.assign(options[active].dataset.url);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
}

/** One heading with its options; each option is also added to `options`. */
function groupElement(group, listId, options) {
  const element = document.createElement("div");
  element.setAttribute("role", "group");
  const label = document.createElement("div");
  label.className = "suggestions__label";
  label.id = `${listId}-${group.name}`;
  label.setAttribute("role", "presentation");
  label.textContent = group.label;
  element.setAttribute("aria-labelledby", label.id);
  element.append(label);
  for (const item of group.items) {
    const option = document.createElement("div");
    option.className = "suggestions__option";
    option.id = `${listId}-${options.length}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.url = item.url;
    const text = document.createElement("span");
    text.textContent = item.label;
    text.lang = item.language;
    option.append(text);
    if (item.note) {
      const note = document.createElement("span");
      note.className = "suggestions__note";
      note.textContent = item.note;
      option.append(note);
    }
    element.append(option);
    options.push(option);
  }
  return element;
}
