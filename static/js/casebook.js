// The list of cases for a casebook, kept in this browser alone: no account, no cookie.
//
// On a case: <… data-casebook-case="slug" data-casebook-address="/casebook/"> with a link
// [data-casebook-add]. On the page of a list: <… data-casebook="slug slug">. What an address says is
// shown; only somebody's own step changes what is kept.

const KEY = "casebook";
const MOST = 30;
const SLUG = /^[\p{L}\p{N}_-]{1,255}$/u;

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((slug) => SLUG.test(slug)).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function keep(slugs) {
  try {
    localStorage.setItem(KEY, JSON.stringify(slugs));
    return true;
  } catch {
    return false; // the browser keeps nothing: the address still holds the list
  }
}

function addressOf(path, slugs) {
  const query = new URLSearchParams(slugs.map((slug) => ["case", slug]));
  return slugs.length ? `${path}?${query}` : path;
}

function slugsOf(link) {
  return new URL(link.href).searchParams.getAll("case");
}

function offerToAdd(part) {
  const slug = part.dataset.casebookCase;
  const path = part.dataset.casebookAddress;
  const add = part.querySelector("[data-casebook-add]");
  const label = add.querySelector("[data-casebook-label]");
  const list = part.querySelector("[data-casebook-list]");
  const status = part.querySelector("[data-casebook-status]");
  // With furigana the label is more than its text.
  const before = [...label.childNodes];

  function show() {
    const slugs = kept();
    const isIn = slugs.includes(slug);
    label.replaceChildren(...(isIn ? [add.dataset.casebookAdded] : before));
    add.classList.toggle("is-done", isIn);
    add.href = addressOf(path, isIn ? slugs : [...slugs, slug]);
    list.hidden = slugs.length === 0;
    list.href = addressOf(path, slugs);
  }

  add.addEventListener("click", (event) => {
    const slugs = kept();
    if (slugs.includes(slug) || slugs.length >= MOST || !keep([...slugs, slug])) return;
    event.preventDefault();
    show();
    status.textContent = label.textContent;
  });
  addEventListener("storage", show);
  addEventListener("pageshow", show);
  show();
}

function showList(part) {
  const shown = part.dataset.casebook.split(" ").filter(Boolean);
  const own = kept();
  const isAsked = new URLSearchParams(location.search).has("case");
  if (!isAsked && !location.search && own.length) {
    location.replace(addressOf(location.pathname, own));
    return;
  }
  const isOwn = shown.join(" ") === own.join(" ");
  for (const link of part.querySelectorAll("[data-casebook-change]")) {
    link.addEventListener("click", () => {
      if (isOwn) keep(slugsOf(link));
    });
  }
  const offer = part.querySelector("[data-casebook-keep]");
  if (offer && !isOwn) {
    const button = offer.querySelector("button");
    offer.hidden = false;
    button.addEventListener("click", () => {
      if (!keep(shown)) return;
      button.disabled = true;
      offer.querySelector("[role=status]").textContent = offer.dataset.casebookKept;
      button.classList.add("is-done");
    });
  }
}

for (const part of document.querySelectorAll("[data-casebook-case]")) offerToAdd(part);
for (const part of document.querySelectorAll("[data-casebook]")) showList(part);
