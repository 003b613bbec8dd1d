// What a case lacks, above its form: a line opens the tab and the panel of its field and puts the
// focus there. A line is struck out once its field holds something.
const list = document.querySelector("[data-missing-list]");

const WRITABLE = [
  "input:not([type=hidden], [type=button], [type=file])",
  "select",
  "textarea:not([hidden])",
  "[contenteditable=true]",
].join(",");

const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
const shownIn = (place) => [...place.querySelectorAll(WRITABLE)].filter(isShown);

// A field, a text made of blocks, or a list of rows, all by the name of the field.
function placeOf(link) {
  const name = CSS.escape(link.dataset.field);
  return (
    document.querySelector(`[data-contentpath="${name}"]`) ??
    document.getElementById(`id_${link.dataset.field}-FORMS`)?.closest("[data-panel]")
  );
}

function isFilled(field) {
  if (field.isContentEditable) return field.textContent.trim() !== "";
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  return field.type !== "search" && field.value.trim() !== "";
}

function open(place) {
  const tab = place.closest("[role=tabpanel]");
  if (tab?.hidden) document.querySelector(`[role=tab][href="#${CSS.escape(tab.id)}"]`)?.click();
  for (let panel = place.closest("[data-panel]"); panel; panel = panel.parentElement?.closest("[data-panel]")) {
    panel.querySelector(":scope > .w-panel__header [data-panel-toggle][aria-expanded=false]")?.click();
  }
}

function enter(place) {
  // A list without rows gets its first one.
  if (shownIn(place).length === 0) [...place.querySelectorAll("[id$='-ADD']")].find(isShown)?.click();
  const fields = shownIn(place);
  const goal =
    fields.find((field) => !isFilled(field)) ??
    fields[0] ??
    [...place.querySelectorAll("[data-field-input] button, .c-sf-add-button")].find(isShown) ??
    place;
  if (goal === place && !place.hasAttribute("tabindex")) place.tabIndex = -1;
  goal.scrollIntoView({ block: "center", behavior: "instant" });
  goal.focus({ preventScroll: true });
}

function lead(link) {
  const place = placeOf(link);
  if (!place) return false;
  open(place);
  requestAnimationFrame(() => enter(place));
  return true;
}

function strikeOutFilled() {
  for (const link of list.querySelectorAll("a")) {
    const place = placeOf(link);
    if (!place || !isShown(place)) continue;
    const filled = shownIn(place).some(isFilled);
    // It stays: lines that move up would slip away from under a click.
    link.classList.toggle("is-filled", filled);
    if (filled) link.setAttribute("aria-description", list.dataset.filled);
    else link.removeAttribute("aria-description");
  }
}

if (list) {
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && lead(link)) event.preventDefault();
  });
  const form = list.closest("form");
  form?.addEventListener("focusout", () => requestAnimationFrame(strikeOutFilled));
  form?.addEventListener("change", strikeOutFilled);
  // The page of the case has the same list, whose lines open the form.
  const wanted = [...list.querySelectorAll("a")].find((link) => link.hash === location.hash);
  if (wanted && location.hash) addEventListener("load", () => lead(wanted));
}
