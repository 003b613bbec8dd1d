// One click, one sending: a form that is on its way is not sent a second time. Loaded in the admin
// and with the public forms; the server counts decisions and proposals once even without it.
const RELEASED_AFTER_MS = 15_000;
const sending = new Map();

const release = (form) => {
  clearTimeout(sending.get(form));
  sending.delete(form);
  form.removeAttribute("aria-busy");
};

const isGuarded = (form) => form instanceof HTMLFormElement && form.method === "post" && !form.target;

const hold = (form) => {
  form.setAttribute("aria-busy", "true");
  sending.set(form, setTimeout(release, RELEASED_AFTER_MS, form));
};

// Before every other listener. Dialogues of the admin stop the event and send the form themselves.
window.addEventListener(
  "submit",
  (event) => {
    if (!isGuarded(event.target)) return;
    if (sending.has(event.target)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (event.target.closest(".modal-content")) hold(event.target);
  },
  { capture: true },
);

// After every other listener: what they stopped is not on its way.
window.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (isGuarded(target) && !defaultPrevented && !sending.has(target)) hold(target);
});

// Back from the next page, or after a dialogue got its answer, forms may be sent again.
window.addEventListener("pageshow", () => [...sending.keys()].forEach(release));
window.jQuery?.(document).on("ajaxComplete", () => [...sending.keys()].forEach(release));

// Which step of a review the reviewer sees, for the form of the editor (reviews/middleware.py).
const form = document.querySelector("form[data-edit-form]");
const dialogue = document.querySelector("[data-workflow-action-modal-url]");
const step = dialogue?.dataset.workflowActionModalUrl.match(/\/(\d+)\/$/);
if (form && step) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "workflow-task-state", value: step[1] });
  form.append(field);
}
