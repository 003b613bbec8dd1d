// Long lists of tick boxes in the forms of the admin: what is ticked stands as chips, and a box
// finds the others. Without this script they stay tick boxes; what is sent is the same.
const MANY = 7;
const script = document.querySelector("script[data-choice-chips]");
const words = JSON.parse(script.dataset.choiceChips);

// Full-width letters and katakana are found by their half-width and hiragana forms.
const fold = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));

function rowsOf(group) {
  return [...group.querySelectorAll("input[type=checkbox]")].map((box) => {
    const label = box.closest("label") ?? group.querySelector(`label[for="${CSS.escape(box.id)}"]`);
    return { box, row: label?.parentElement ?? box.parentElement, text: fold(label?.textContent ?? "") };
  });
}

function enhance(group, title) {
  const rows = rowsOf(group);
  if (rows.length <= MANY) return;
  const search = document.createElement("input");
  Object.assign(search, { type: "search", placeholder: words.find, autocomplete: "off" });
  search.setAttribute("aria-label", `${title} ${words.find}`);
  const all = document.createElement("button");
  Object.assign(all, { type: "button", className: "button button-small button-secondary" });
  all.setAttribute("aria-expanded", "false");
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  const bar = document.createElement("div");
  bar.className = "choice-chips__bar";
  bar.append(search, all, status);
  group.before(bar);
  group.classList.add("choice-chips");

  const isOpen = () => all.getAttribute("aria-expanded") === "true";
  function show() {
    const wanted = fold(search.value.trim());
    let found = 0;
    for (const { box, row, text } of rows) {
      const fits = wanted !== "" && text.includes(wanted);
      found += fits ? 1 : 0;
      row.hidden = !(box.checked || fits || isOpen());
      row.classList.toggle("is-chosen", box.checked);
    }
    all.textContent = (isOpen() ? words.fewer : words.all).replace("{count}", rows.length);
    status.textContent = wanted === "" ? "" : words.found.replace("{count}", found);
  }
  search.addEventListener("input", show);
  // What was typed to find a choice is no part of the form, and Enter chooses the first one found.
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const first = rows.find(({ box, text }) => !box.checked && text.includes(fold(search.value.trim())));
    if (!first || search.value.trim() === "") return;
    search.value = "";
    first.box.click();
  });
  all.addEventListener("click", () => {
    all.setAttribute("aria-expanded", String(!isOpen()));
    show();
  });
  group.addEventListener("change", show);
  show();
}

for (const field of document.querySelectorAll("[data-edit-form] [data-field]")) {
  const boxes = field.querySelectorAll("input[type=checkbox]");
  const group = boxes[0]?.closest("[data-field-input] > div");
  const label = field.closest(".w-panel__wrapper")?.querySelector(":scope > .w-field__label");
  const title = label ?? field.closest("[data-panel]")?.querySelector("[data-panel-heading-text]");
  if (group && boxes.length > MANY) enhance(group, (title?.firstChild?.textContent ?? "").trim());
}
