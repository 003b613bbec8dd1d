/**
 * A list with filters changes in place: a filter, an order, a chip, a way of showing it asks for the page
 * of the new address, whose parts take the places of those shown. The reader stays: nothing under the
 * finger or the focus moves, and the new count is said aloud. In narrow windows the filters are a sheet
 * over the page. Without this script the same forms and links load whole pages.
 */

const directory = document.querySelector("[data-directory]");
const status = document.querySelector("[data-directory-status]");
const NARROW = matchMedia("(width < 60rem)");
// So much of the list must stay in sight below the upper edge of the window.
const LEAST_SEEN = 96;

if (directory) {
  let newest = 0;
  let shown = location.pathname + location.search; // in the address bar
  let listed = shown; // on the page
  setUpSheet();
  tidy();

  directory.addEventListener("change", (event) => {
    if (event.target.form && event.target.closest("[data-directory-changes]")) {
      change(addressOf(event.target.form), event.target.id);
    }
  });

  directory.addEventListener("click", (event) => {
    const link = event.target.closest("[data-directory-changes] a");
    if (!link || link.pathname !== location.pathname || link.hash) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    change(link.pathname + link.search, link.id);
  });

  addEventListener("popstate", (event) => {
    if (location.pathname + location.search === shown) return; // another part of the same page
    show(location.pathname + location.search, document.activeElement.id, event.state?.top);
  });

  function change(address, held) {
    history.replaceState({ top: scrollY }, "");
    history.pushState({}, "", address);
    show(address, held);
  }

  /**
   * Show the list of an address.
   * held: id of the element that must not move; top: where the window was when it was last shown.
   */
  async function show(address, held, top) {
    const number = ++newest;
    shown = address;
    directory.setAttribute("aria-busy", "true");
    let fresh;
    try {
      const answer = await fetch(address, { headers: { "X-Fragment": "results" } });
      if (!answer.ok) throw new Error(answer.statusText);
      fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      // No answer, or one that says no, such as too many requests: what is shown does not belong
      // to the address and the filters any more. The whole page says what is wrong.
      if (number === newest) location.reload();
      return;
    }
    if (number !== newest) return;
    directory.removeAttribute("aria-busy");
    const stay = place(held);
    replaceParts(fresh);
    tidy();
    keepLanguages(listed, address);
    listed = address;
    if (top === undefined) stay();
    else scrollTo(0, top);
    directory.dispatchEvent(new CustomEvent("directory:updated", { bubbles: true }));
    status.textContent = textOf("[data-directory-count]");
  }
}

/** Put the parts of another page in place of those shown, with the focus and all that was unfolded. */
function replaceParts(fresh) {
  const facets = () => document.querySelectorAll("details[data-facet]");
  const state = new Map(
    [...facets()].map((facet) => [facet.dataset.facet, [facet.open, facet.lastElementChild.scrollTop]]),
  );
  const focused = document.activeElement;
  // A chosen prefecture becomes a map of its own, from which the first link leads back.
  const above = focused.closest("[data-map]") ? "[data-map] a" : "[data-directory-count]";
  keepValues(fresh);
  for (const part of document.querySelectorAll("[data-directory-part]")) {
    const next = fresh.getElementById(part.id);
    if (next) part.replaceChildren(...next.childNodes);
  }
  const kept = [...facets()].filter((facet) => state.has(facet.dataset.facet));
  // All are unfolded before any is scrolled: a list that is too short would forget how far it was.
  for (const facet of kept) facet.open = state.get(facet.dataset.facet)[0];
  for (const facet of kept) facet.lastElementChild.scrollTop = state.get(facet.dataset.facet)[1];
  if (focused.isConnected) return;
  const same = focused.id && document.getElementById(focused.id);
  (same || document.querySelector(above))?.focus({ preventScroll: true });
}

/**
 * Keep in the fresh filters the values that find nothing any more, with no hits, so that those below
 * stay where they are. Municipalities are listed below a chosen prefecture only, and come and go.
 */
function keepValues(fresh) {
  const sameAs = (item) => fresh.getElementById(item.querySelector("input").id)?.closest(".facet__item");
  const find = (facet) => facet && fresh.querySelector(`details[data-facet="${facet.dataset.facet}"]`);
  for (const facet of document.querySelectorAll("details[data-facet]")) {
    const before = find(facet.previousElementSibling?.closest("details"));
    if (find(facet) || !before) continue;
    const kept = facet.cloneNode(true);
    kept.querySelector(".facet__list").replaceChildren();
    before.after(kept);
  }
  for (const item of document.querySelectorAll("[data-facet] .facet__item")) {
    const parent = item.parentElement.closest(".facet__item");
    const within = parent ? sameAs(parent) : find(item.closest("details"));
    if (sameAs(item) || !within || parent?.parentElement.closest(".facet__item")) continue;
    const kept = item.cloneNode(true);
    kept.querySelector(".facet__list")?.remove();
    kept.classList.add("is-without-hits");
    kept.querySelector("input").removeAttribute("checked");
    const count = kept.querySelector(".facet__count");
    if (count) count.firstChild.data = "0";
    const list = within.querySelector(".facet__list") ?? item.parentElement.cloneNode(false);
    if (!list.isConnected) within.append(list);
    const before = item.previousElementSibling && sameAs(item.previousElementSibling);
    if (before) before.after(kept);
    else list.prepend(kept);
  }
}

/** Note where an element is, and return what brings it back there; the list must stay in sight. */
function place(id) {
  const find = () => document.getElementById(id);
  const before = find()?.getBoundingClientRect().top;
  // The filters scroll by themselves: beside the list all of them, in the sheet what is in it.
  const scroller =
    [".filters__body", ".filters__panel"]
      .map((name) => find()?.closest(name))
      .find((element) => element?.scrollHeight > element?.clientHeight + 1) ??
    document.scrollingElement;
  const [outer, inner] = [scrollY, scroller.scrollTop];
  return () => {
    scrollTo(0, outer);
    scroller.scrollTop = inner;
    if (find() && before !== undefined) scroller.scrollTop += find().getBoundingClientRect().top - before;
    const list = document.getElementById("directory-list");
    if (list.getBoundingClientRect().bottom < LEAST_SEEN) list.scrollIntoView();
  };
}

/** In narrow windows, show the filters in a dialogue over the page. */
function setUpSheet() {
  const fold = directory.querySelector(".filters__fold");
  const panel = directory.querySelector(".filters__panel");
  if (fold.open) return; // they are what the page begins with
  const opener = document.createElement("button");
  const sheet = document.createElement("dialog");
  opener.type = "button";
  opener.className = "filters__open";
  opener.setAttribute("aria-haspopup", "dialog");
  opener.append(...fold.firstElementChild.childNodes);
  fold.replaceWith(opener);
  sheet.className = "filters-sheet";
  sheet.setAttribute("aria-labelledby", "filters-title");
  opener.after(sheet);

  opener.addEventListener("click", () => {
    sheet.append(panel, status); // what is outside of an open dialogue is not read out
    sheet.showModal();
  });
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet || event.target.closest("[data-directory-close]")) sheet.close();
  });
  sheet.addEventListener("close", () => {
    sheet.after(panel);
    directory.after(status);
    opener.focus({ preventScroll: true });
  });
  NARROW.addEventListener("change", () => sheet.close());
}

/** Let the links to the other languages lead to the same list there. */
function keepLanguages(before, address) {
  const [from, to] = [before, address].map((text) => new URL(text, location.href).search);
  for (const link of document.querySelectorAll("a[hreflang]")) {
    if (link.search === from) link.search = to;
  }
}

/** Buttons that are needed only without this script. */
function tidy() {
  for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
}

/** Address of the list as the form stands, without what is empty or usual. */
function addressOf(form) {
  const address = new URL(form.action.split("?")[0], location.href);
  for (const [name, value] of new FormData(form)) {
    const isUsual = form.elements[name]?.dataset?.usual === value;
    if (value && !isUsual) address.searchParams.append(name, value);
  }
  return address.pathname + address.search;
}

function textOf(selector) {
  return document.querySelector(selector)?.textContent.replace(/\s+/g, " ").trim() ?? "";
}
