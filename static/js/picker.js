/**
 * `<nanif-picker>`: a `<select>` in the admin as chips with a type-ahead box (ARIA 1.2 combobox).
 *
 * The select holds what is chosen and is what the form sends. As a custom element it works wherever
 * Wagtail puts it, also in rows that are added later.
 */

const WAIT = 150; // milliseconds after the last key

let numbered = 0;

class Picker extends HTMLElement {
  connectedCallback() {
    this.select = this.querySelector("select");
    if (!this.select || this.input) return;
    this.texts = JSON.parse(this.dataset.texts);
    this.isSingle = !this.select.multiple;
    this.options = [];
    this.active = -1;
    this.build();
    this.listen();
    this.showChosen();
  }

  /** The elements around the select, which takes no part in what people see. */
  build() {
    const id = this.select.id || `picker-${++numbered}`;
    this.chips = element("ul", { class: "picker__chosen", role: "list" });
    this.input = element("input", {
      type: "text",
      class: "picker__input",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      placeholder: this.texts.placeholder,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}-options`,
    });
    this.list = element("div", { class: "picker__options", role: "listbox", id: `${id}-options` });
    this.list.hidden = true;
    this.status = element("div", { class: "picker__status", role: "status" });
    const label = this.closest("[data-field]")?.querySelector("label") ?? this.select.labels?.[0];
    this.list.setAttribute("aria-label", label?.textContent.trim() || this.texts.placeholder);
    if (label) {
      label.id ||= `${id}-label`;
      this.input.setAttribute("aria-labelledby", label.id);
    } else {
      this.input.setAttribute("aria-label", this.texts.placeholder);
    }
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (this.select.hasAttribute(name)) this.input.setAttribute(name, this.select.getAttribute(name));
    }
    // The label, and links of the list of errors, lead to what can be typed into.
    this.input.id = id;
    this.select.id = `${id}-select`;
    this.select.hidden = true;
    const box = element("div", { class: "picker__box" });
    box.append(this.input, this.list);
    this.append(this.chips, box, this.status);
    if (this.texts.ended) this.append(this.endedSwitch());
  }

  /** A check box that also offers what no longer exists. */
  endedSwitch() {
    const label = element("label", { class: "picker__ended" });
    this.ended = element("input", { type: "checkbox" });
    label.append(this.ended, ` ${this.texts.ended}`);
    return label;
  }

  listen() {
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT);
    });
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("click", () => this.list.hidden && this.ask());
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(this.options.indexOf(option));
    });
    this.chips.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.remove(button);
    });
    this.ended?.addEventListener("change", () => {
      this.input.focus();
      this.ask();
    });
    // Wagtail sets the state of the select by script, for instance when a block is copied.
    this.select.addEventListener("change", () => this.showChosen());
  }

  onKey(event) {
    // Keys belong to the input method while it composes; 229 is how Safari says so for its last key.
    if (event.isComposing || event.keyCode === 229) return;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) return void this.ask();
      const places = this.options.length + 1;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.activate(((this.active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter") {
      // Never sends the form: somebody who types a name means the list.
      event.preventDefault();
      if (isOpen && this.active >= 0) this.choose(this.active);
      else if (isOpen && this.options.length === 1) this.choose(0);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.input.value) {
      // Leads to the last chip, and takes nothing away by itself.
      this.chips.querySelector("li:last-child button")?.focus();
    }
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  activate(index) {
    this.options[this.active]?.removeAttribute("data-active");
    this.active = index;
    const option = this.options[index];
    if (!option) return void this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("data-active", "");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  async ask() {
    this.request?.abort();
    this.request = new AbortController();
    const typed = this.input.value.trim();
    const address = new URL(this.dataset.url, location.href);
    address.searchParams.set("q", typed);
    if (this.ended?.checked) address.searchParams.set("ended", "1");
    try {
      const response = await fetch(address, { signal: this.request.signal });
      if (!response.ok) throw new Error(response.status);
      const answer = await response.json();
      if (this.input.value.trim() === typed && document.activeElement === this.input) {
        this.offer(answer);
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      this.close();
      this.status.textContent = this.texts.failed;
    }
  }

  offer({ options, more }) {
    const chosen = new Set(this.chosenOptions().map((option) => option.value));
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.options = options.map((option, index) => {
      const row = element("div", {
        class: "picker__option",
        role: "option",
        id: `${this.list.id}-${index}`,
        "aria-selected": String(chosen.has(option.value)),
      });
      row.dataset.value = option.value;
      row.append(...nameAndNote(option.label, option.note));
      return row;
    });
    this.list.replaceChildren(...this.options);
    this.list.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    const count = this.options.length;
    const text = !count ? this.texts.none : more ? this.texts.more : this.texts.found;
    this.status.textContent = text.replace("{count}", count);
  }

  chosenOptions() {
    return [...this.select.selectedOptions].filter((option) => option.value);
  }

  choose(index) {
    const row = this.options[index];
    const { value } = row.dataset;
    const label = row.querySelector(".picker__name").textContent;
    const isChosen = this.chosenOptions().some((option) => option.value === value);
    if (!isChosen) {
      if (this.isSingle) for (const option of this.chosenOptions()) option.remove();
      const option = new Option(label, value, true, true);
      option.dataset.note = row.querySelector(".picker__note")?.textContent ?? "";
      this.select.append(option);
      this.changed();
    }
    this.input.value = "";
    this.close();
    this.input.focus();
    this.status.textContent = this.say(isChosen ? "chosen" : "added", label);
  }

  remove(button) {
    const place = [...this.chips.querySelectorAll("button")].indexOf(button);
    const option = this.chosenOptions()[place];
    option.remove();
    if (this.isSingle) this.select.value = "";
    this.changed();
    const left = this.chips.querySelectorAll("button");
    (left[Math.min(place, left.length - 1)] ?? this.input).focus();
    this.status.textContent = this.say("removed", option.text);
  }

  /** Show what is chosen now, and tell Wagtail that there is something to save. */
  changed() {
    this.select.dispatchEvent(new Event("input", { bubbles: true }));
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  showChosen() {
    this.chips.replaceChildren(
      ...this.chosenOptions().map((option) => {
        const chip = element("li", { class: "picker__chip" });
        const name = [option.text, option.dataset.note].filter(Boolean).join(" ");
        const button = element("button", {
          type: "button",
          class: "picker__remove",
          "aria-label": this.say("remove", name),
        });
        button.textContent = "×";
        const text = element("span", {});
        text.append(...nameAndNote(option.text, option.dataset.note));
        chip.append(text, button);
        return chip;
      }),
    );
    this.chips.hidden = !this.chips.children.length;
  }

  say(text, name) {
    return this.texts[text].replace("{name}", name);
  }
}

function element(tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** 府中市 and, smaller, 東京都. */
function nameAndNote(label, note) {
  const name = element("span", { class: "picker__name" });
  name.textContent = label;
  if (!note) return [name];
  const small = element("span", { class: "picker__note" });
  small.textContent = note;
  return [name, " ", small];
}

customElements.define("nanif-picker", Picker);
