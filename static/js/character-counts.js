// In the editor: how many characters a field holds, and how many it may. The number appears when
// the field is entered, also in rows that were added later.

const counters = new WeakMap();

function counterOf(field) {
  if (!counters.has(field)) {
    const counter = document.createElement("p");
    counter.className = "help";
    counter.id = `${field.id || crypto.randomUUID()}-count`;
    field.after(counter);
    const described = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", [described, counter.id].filter(Boolean).join(" "));
    counters.set(field, counter);
  }
  return counters.get(field);
}

function count(event) {
  const field = event.target;
  if (!field.matches?.("form[data-edit-form] :is(textarea, input[type=text])[maxlength]")) return;
  const length = [...field.value].length;
  counterOf(field).textContent = document
    .querySelector("[data-character-counts]")
    .dataset.characterCounts.replace("{length}", length)
    .replace("{most}", field.maxLength);
}

document.addEventListener("focusin", count);
document.addEventListener("input", count);
