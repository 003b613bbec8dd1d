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

// Wagtail's own saving that is on its way. A form that is sent meanwhile would save a second page,
// or a version that the server takes for somebody else's.
const savingOf = (form) =>
  window.wagtail?.app?.getControllerForElementAndIdentifier(form, "w-autosave")?.submitPromise;
const waiting = new WeakSet();

async function sendAfter(saving, form, button) {
  waiting.add(form);
  form.setAttribute("aria-busy", "true");
  const longEnough = new Promise((go) => setTimeout(go, RELEASED_AFTER_MS));
  await Promise.race([saving, longEnough]).catch(() => {});
  waiting.delete(form);
  form.removeAttribute("aria-busy");
  // Wagtail disables a button that was clicked, and a disabled one cannot send.
  if (button) button.disabled = false;
  form.requestSubmit(button);
}

// Before every other listener. Dialogues of the admin stop the event and send the form themselves.
window.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!isGuarded(form)) return;
    const saving = savingOf(form);
    if (saving || waiting.has(form) || sending.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (saving && !waiting.has(form)) sendAfter(saving, form, event.submitter);
    } else if (form.closest(".modal-content")) hold(form);
  },
  { capture: true },
);

// And no saving begins while the form is being sent.
document.addEventListener("w-autosave:save", (event) => {
  if (sending.has(event.target) || waiting.has(event.target)) event.preventDefault();
});

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
