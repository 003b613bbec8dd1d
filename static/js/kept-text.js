// What is typed stays: the words of a form are kept in this browser until the server has them, and
// offered again when the form is opened without them.
//
// In the admin they are kept for the account alone: encrypted with a key that the server gives to
// nobody else (core/kept_text.py), and removed on signing out. Public forms have no account; their
// words are kept in the tab and go with it. Files and passwords are never kept.
const PREFIX = "kept-text:";
const DAYS = 14;
const PAUSE_MS = 300;
// Longer than Wagtail waits until it saves by itself.
const OVERLOOKED_MS = 6_000;
const RETRY_MS = [2_000, 5_000, 15_000, 30_000];
const NEVER = new Set(["csrfmiddlewaretoken", "kept-text", "stamp", "next"]);
// What changes with every form that is opened, though nobody typed anything.
const NOT_TYPED = /^(loaded_revision|overwrite_revision|workflow-task-state|comment_notifications)/;

const script = document.querySelector("script[data-kept-text-words]");
const words = JSON.parse(script.dataset.keptTextWords);
const accountAddress = script.dataset.keptTextAccount; // only in the admin
const store = accountAddress && crypto.subtle ? localStorage : sessionStorage;

// --- Whose words these are ---

let account = null;

async function fetchAccount() {
  if (!accountAddress) return { user: "public" };
  const response = await fetch(accountAddress, {
    headers: { Accept: "application/json" },
    redirect: "error",
  });
  if (!response.ok) throw new Error(`${response.status}`);
  const answer = await response.json();
  const bytes = Uint8Array.from(atob(answer.key), (letter) => letter.charCodeAt(0));
  const key = crypto.subtle
    ? await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"])
    : null;
  account = { ...answer, key };
  return account;
}

const toText = (bytes) => btoa(Array.from(new Uint8Array(bytes), (b) => String.fromCharCode(b)).join(""));
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function seal(value) {
  const text = JSON.stringify(value);
  if (!account?.key) return { plain: text };
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv },
    account.key,
    new TextEncoder().encode(text),
  );
  return { iv: toText(iv), data: toText(data) };
}

async function unseal(record) {
  if (record.plain) return JSON.parse(record.plain);
  const data = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: toBytes(record.iv) },
    account.key,
    toBytes(record.data),
  );
  return JSON.parse(new TextDecoder().decode(data));
}

// --- Records ---

const placeOf = (form) =>
  form.dataset.keptText || new URL(form.getAttribute("action") || location.href, location.href).pathname;
// One record for each opened form: two tabs with the same page must not write over each other.
const placeKeyOf = (form) => `${PREFIX}${account.user}:${placeOf(form)}#`;
const keyOf = (form) => `${placeKeyOf(form)}${stateOf(form).token}`;
const entriesOf = (form) =>
  [...new FormData(form)].filter(
    ([name, value]) =>
      typeof value === "string" && !NEVER.has(name) && !form.querySelector(`[type=password][name="${CSS.escape(name)}"]`),
  );
const typed = (entries) =>
  JSON.stringify(entries.filter(([name]) => !NOT_TYPED.test(name) && !name.startsWith("action-")));

function read(key) {
  try {
    return JSON.parse(store.getItem(key));
  } catch {
    return null;
  }
}

// The newest record of the place that another opening of the form has left.
function keyLeftFor(form) {
  const left = Object.keys(store).filter((key) => key.startsWith(placeKeyOf(form)) && key !== keyOf(form));
  return left.sort((one, other) => (read(other)?.time ?? 0) - (read(one)?.time ?? 0))[0];
}

function forEachRecord(visit) {
  for (const key of Object.keys(store)) if (key.startsWith(PREFIX)) visit(key, read(key));
}

// The server tells in a cookie of a minute which forms it has stored.
function forgetStored() {
  for (const match of document.cookie.matchAll(/kept-text-stored-([\w-]+)=1/g)) {
    forEachRecord((key, record) => record?.token === match[1] && store.removeItem(key));
    // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API.
    document.cookie = `kept-text-stored-${match[1]}=; path=/; max-age=0; samesite=lax`;
  }
  const oldest = Date.now() - DAYS * 24 * 3600 * 1000;
  forEachRecord((key, record) => (!record || record.time < oldest) && store.removeItem(key));
}

// --- Keeping ---

const editor = document.querySelector("form[data-edit-form]");
const states = new WeakMap(); // form: its token, its entries when it was opened, whether it changed
const isKept = (form) =>
  form instanceof HTMLFormElement &&
  form.method === "post" &&
  !form.querySelector("[type=password]") &&
  (form.matches("[data-edit-form], [data-kept-text]") || form.querySelector("textarea") !== null);

const newToken = () =>
  crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.replace(".", "");

function stateOf(form) {
  if (!states.has(form)) {
    // Words of a dialogue over the editor are stored together with the editor's form.
    const token = (form.closest(".modal-content") && states.get(editor)?.token) || newToken();
    if (accountAddress) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "kept-text", value: token });
      form.append(field);
    }
    states.set(form, { token, changes: 0, timer: null, offered: false });
  }
  return states.get(form);
}

async function keep(form) {
  const state = stateOf(form);
  if (!account || state.offered) return;
  const key = keyOf(form);
  const changes = state.changes;
  const sealed = await seal({ entries: entriesOf(form) });
  if (state.storedAt >= changes) return; // the server was faster
  try {
    store.setItem(key, JSON.stringify({ ...sealed, token: state.token, time: Date.now() }));
  } catch {
    // The browser has no room; saving to the server goes on.
  }
}

function changed(form) {
  const state = stateOf(form);
  state.changes += 1;
  clearTimeout(state.timer);
  state.timer = setTimeout(keep, PAUSE_MS, form);
  if (form === editor && accountAddress) {
    clearTimeout(state.watch);
    state.watch = setTimeout(saveWhatWasOverlooked, OVERLOOKED_MS, state);
  }
}

for (const name of ["input", "change"])
  document.addEventListener(name, (event) => {
    const form = event.target.form ?? event.target.closest?.("form");
    if (form && isKept(form) && event.isTrusted) changed(form);
  });

// Blocks, rows and choosers are noticed by Wagtail; before it begins to save because of them.
document.addEventListener("w-unsaved:add", () => editor && changed(editor), { capture: true });
window.addEventListener("submit", ({ target }) => isKept(target) && keep(target), { capture: true });
document.addEventListener("submit", ({ target }) => {
  if (target.action?.endsWith("/logout/"))
    forEachRecord((key) => key.startsWith(`${PREFIX}${account?.user}:`) && store.removeItem(key));
});

// --- Offering ---

const say = (text, kind = "warning") => {
  const box = document.createElement("div");
  box.className = `kept-text kept-text--${kind}`;
  box.setAttribute("role", "status");
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  return box;
};

const button = (label, act) => {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button button-secondary", textContent: label });
  made.addEventListener("click", act);
  return made;
};

// The words themselves, to read and copy before choosing.
function listOf(form, entries) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = words.show;
  const list = document.createElement("dl");
  for (const [name, value] of entries) {
    const field = form.elements.namedItem(name);
    if (!value.trim() || field?.type === "hidden" || /-(id|ORDER|DELETE|type|order|count)$|_FORMS$/.test(name)) continue;
    const term = document.createElement("dt");
    term.textContent = (field?.labels?.[0]?.textContent ?? name).trim();
    const text = document.createElement("dd");
    text.textContent = value;
    list.append(term, text);
  }
  details.append(summary, list);
  return details;
}

function fill(form, entries) {
  const values = new Map();
  for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || NEVER.has(field.name) || ["file", "submit", "button", "hidden"].includes(field.type)) continue;
    const wanted = values.get(field.name) ?? [];
    if (["checkbox", "radio"].includes(field.type)) field.checked = wanted.includes(field.value);
    else if (field.multiple && field.options)
      for (const option of field.options) option.selected = wanted.includes(option.value);
    else if (wanted.length) field.value = wanted.shift();
    else continue;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// A page's form is built of blocks and rows: the server builds it anew, as a draft.
function saveAsDraft(form, entries) {
  const sent = document.createElement("form");
  Object.assign(sent, { method: "post", action: form.getAttribute("action") || location.href, hidden: true });
  const token = form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? account.csrf;
  const kept = entries.filter(([name]) => !name.startsWith("action-") && !NOT_TYPED.test(name));
  for (const [name, value] of [...kept, ["csrfmiddlewaretoken", token], ["kept-text", stateOf(form).token]]) {
    const field = document.createElement("textarea");
    Object.assign(field, { name, value });
    sent.append(field);
  }
  document.body.append(sent);
  window.addEventListener("w-unsaved:confirm", (event) => event.preventDefault(), { once: true });
  sent.submit();
}

async function offer(form) {
  const key = keyLeftFor(form);
  const record = key && read(key);
  if (!record) return;
  const takeOver = () => {
    const { token } = stateOf(form);
    store.setItem(keyOf(form), JSON.stringify({ ...record, token }));
    store.removeItem(key);
  };
  let entries;
  try {
    ({ entries } = await unseal(record));
  } catch {
    store.removeItem(key); // sealed with a key that is no more
    return;
  }
  const now = entriesOf(form);
  if (typed(entries) === typed(now)) {
    // A form that was refused comes back with the words, which the server has not stored.
    if (form.dataset.wUnsavedForceValue === "true") takeOver();
    else store.removeItem(key);
    return;
  }
  const state = stateOf(form);
  state.offered = true; // not written over before the choice
  const isPage = form.matches("[data-edit-form]") && location.pathname.includes("/pages/");
  const value = (list, name) => list.find(([other]) => other === name)?.[1];
  const isOlder = isPage && value(entries, "loaded_revision_id") !== value(now, "loaded_revision_id");
  const time = new Date(record.time).toLocaleString(document.documentElement.lang || undefined);
  const box = say(words.found.replace("{time}", time));
  if (isOlder) box.append(Object.assign(document.createElement("p"), { textContent: words.newer }));
  const done = () => {
    state.offered = false;
    store.removeItem(key);
    box.remove();
  };
  const restore = () => {
    if (isPage) {
      takeOver();
      saveAsDraft(form, entries);
      return;
    }
    done();
    fill(form, entries);
    changed(form);
  };
  const choices = document.createElement("p");
  choices.className = "kept-text__choices";
  choices.append(button(isPage ? words.restorePage : words.restore, restore), " ", button(words.discard, done));
  box.append(listOf(form, entries), choices);
  box.dataset.keptTextOffer = "";
  form.prepend(box);
}

// --- When saving by itself fails ---

let problem = null;
let retry = null;
let tries = 0;
let isConflict = false;

function showProblem(text, link) {
  problem?.remove();
  problem = say(text);
  problem.dataset.keptTextProblem = "";
  if (link) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: link, target: "_blank", textContent: words.signIn });
    problem.append(anchor);
  }
  editor.prepend(problem);
}

function autosave() {
  const controller = window.wagtail?.app?.getControllerForElementAndIdentifier(editor, "w-autosave");
  if (!controller) return;
  controller.activeValue = true;
  controller.save({ type: "kept-text:retry" });
}

// Wagtail compares with what the form held some seconds after it was opened or first saved, and so
// overlooks what was typed before.
function saveWhatWasOverlooked(state) {
  if (!retry && !isConflict && state.changes > (state.savingAt ?? 0)) autosave();
}

async function resume() {
  retry = null;
  try {
    const user = account?.user;
    const fresh = await fetchAccount();
    if (user && fresh.user !== user) {
      showProblem(words.otherAccount);
      return;
    }
    // Signing in anew changes the token by which the server knows its own forms.
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh.csrf;
    autosave();
  } catch {
    const isOnline = navigator.onLine && (await fetch(script.src, { method: "HEAD", cache: "no-store" }).catch(() => null));
    if (isOnline) showProblem(words.signedOut, script.dataset.keptTextSignIn);
    else showProblem(words.offline);
    later();
  }
}

function later() {
  if (retry) return;
  retry = setTimeout(resume, RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
  tries += 1;
}

if (editor && accountAddress) {
  document.addEventListener("w-autosave:save", (event) => {
    // A decision is on its way with this form, and must not be sent by saving as well.
    if (editor.elements.namedItem("action-workflow-action")) event.preventDefault();
    const state = stateOf(editor);
    state.savingAt = state.changes;
  });
  document.addEventListener("w-autosave:success", () => {
    const state = stateOf(editor);
    state.storedAt = state.savingAt;
    tries = 0;
    problem?.remove();
    problem = null;
    if (state.offered) return;
    if (state.storedAt < state.changes) return;
    forEachRecord(
      (key, record) =>
        record?.token === state.token && !key.includes("/workflow/") && store.removeItem(key),
    );
  });
  document.addEventListener("w-autosave:error", ({ detail }) => {
    if (detail.type === "invalid_revision") {
      isConflict = true;
      showProblem(words.conflict);
    } else if (detail.type === "validation_error" || detail.type === "locked") {
      showProblem(detail.type === "locked" ? words.locked : words.refused);
    } else {
      showProblem(detail.type === "network_error" ? words.offline : words.failed);
      later();
    }
  });
  // At once when the network is back, or somebody comes back from signing in.
  const now = () => {
    if (!retry) return;
    clearTimeout(retry);
    resume();
  };
  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now());
}

// A dialogue that got the sign-in page, or nothing, as its answer. Its words stay in it.
if (accountAddress)
  window.jQuery?.(document).on("ajaxComplete", (_event, answer, sent) => {
    const form = document.querySelector(".modal-content form");
    const isPage = answer.getResponseHeader?.("content-type")?.includes("text/html");
    if (!form || sent.type !== "POST" || (answer.status !== 0 && answer.status !== 403 && !isPage)) return;
    form.querySelector("[data-kept-text-problem]")?.remove();
    const box = say(answer.status === 0 ? words.dialogueOffline : words.dialogueSignedOut);
    box.dataset.keptTextProblem = "";
    if (answer.status !== 0) {
      const link = document.createElement("a");
      Object.assign(link, { href: script.dataset.keptTextSignIn, target: "_blank", textContent: words.signIn });
      box.append(link);
    }
    form.prepend(box);
    box.scrollIntoView({ block: "center" }); // the button below a long dialogue is far from it
    // Wagtail holds the button for half a minute.
    for (const held of form.querySelectorAll("[data-controller~=w-progress]"))
      held.dataset.wProgressLoadingValue = "false";
    const renew = async () => {
      try {
        const fresh = await fetchAccount();
        for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh.csrf;
        window.removeEventListener("focus", renew);
        document.removeEventListener("visibilitychange", renew);
      } catch {
        // Not signed in again yet.
      }
    };
    window.addEventListener("focus", renew);
    document.addEventListener("visibilitychange", renew);
  });

// The editor of translations sends each passage by itself, with the token of the session in which
// it was opened, and says no more than "server error". Its words stay in it; what is wrong is said,
// and after signing in anew they are sent with the new token.
const translations = document.querySelector(".js-translation-editor");
if (accountAddress && translations) {
  const send = window.fetch;
  let token = null;
  const sendPassage = (address, options) =>
    send(address, { ...options, headers: { ...options.headers, "X-CSRFToken": token ?? options.headers["X-CSRFToken"] } });
  const showPassageProblem = (text, link) => {
    problem?.remove();
    problem = null;
    if (!text) return;
    problem = say(text);
    problem.dataset.keptTextProblem = "";
    if (link) problem.append(Object.assign(document.createElement("a"), { href: link, target: "_blank", textContent: words.signIn }));
    translations.before(problem);
  };
  window.fetch = async (address, options) => {
    if (!options?.headers?.["X-CSRFToken"]) return send(address, options);
    try {
      let answer = await sendPassage(address, options);
      if (answer.status === 403 || answer.redirected) {
        const user = account?.user;
        const fresh = await fetchAccount().catch(() => null);
        if (fresh && (!user || fresh.user === user)) {
          token = fresh.csrf;
          answer = await sendPassage(address, options);
        } else {
          showPassageProblem(fresh ? words.otherAccount : words.dialogueSignedOut, script.dataset.keptTextSignIn);
          return answer;
        }
      }
      showPassageProblem("");
      return answer;
    } catch (error) {
      showPassageProblem(words.dialogueOffline);
      throw error;
    }
  };
}

// --- Beginning ---

async function begin() {
  const stored = document.querySelector("[data-kept-text-stored]");
  if (stored)
    forEachRecord(
      (key) => key.startsWith(`${PREFIX}public:${stored.dataset.keptTextStored}`) && store.removeItem(key),
    );
  forgetStored();
  const forms = [...document.forms].filter(isKept);
  if (!accountAddress) account = { user: "public" };
  else if (forms.length || translations || document.querySelector("[data-workflow-action-url]")) await fetchAccount();
  else {
    // Nothing to keep here; but whoever signs out here takes everything along.
    if (Object.keys(store).some((key) => key.startsWith(PREFIX))) await fetchAccount();
    return;
  }
  for (const form of forms) {
    stateOf(form);
    await offer(form);
    if (stateOf(form).changes) await keep(form);
  }
  // Dialogues of the admin bring their forms later.
  if (accountAddress)
    new MutationObserver(() => {
      for (const form of document.querySelectorAll(".modal-content form"))
        if (isKept(form) && !states.has(form)) {
          stateOf(form);
          offer(form);
        }
    }).observe(document.body, { childList: true, subtree: true });
}

begin().catch(() => {
  // Signed out or without network: typing goes on, and saving says what is wrong.
});
window.addEventListener("pageshow", (event) => event.persisted && forgetStored());
