/**
 * The search page updates its results in place: a changed filter or order asks for the fragment of
 * the new address. Without this script the same form is sent with a button.
 */

const results = document.querySelector("[data-search-results]");
const status = document.querySelector("[data-search-status]");
const form = document.querySelector("#search-form");

if (results && form) {
  let newest = 0;
  tidy();

  results.addEventListener("change", (event) => {
    if (event.target.closest("[data-search-changes]")) update(addressOf(form));
  });

  /** Put the results of an address in place of those shown; the browser's history knows it. */
  async function update(address) {
    const number = ++newest;
    const open = new Set(
      [...results.querySelectorAll("details[data-facet][open]")].map((d) => d.dataset.facet),
    );
    const scrolled = new Map(
      [...results.querySelectorAll("details[data-facet] .facet__body")].map((body) => [
        body.closest("details").dataset.facet,
        body.scrollTop,
      ]),
    );
    const focused = document.activeElement?.id;
    results.classList.add("is-loading");
    results.setAttribute("aria-busy", "true");
    history.pushState({}, "", address);
    try {
      const answer = await fetch(address, { headers: { "X-Fragment": "results" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const fragment = await answer.text();
      if (number !== newest) return;
      results.innerHTML = fragment;
    } catch {
      // No answer, or one that says no, such as too many requests: what is shown does not belong
      // to the address and the filters any more. The whole page says what is wrong.
      if (number === newest) location.reload();
      return;
    } finally {
      if (number === newest) {
        results.classList.remove("is-loading");
        results.removeAttribute("aria-busy");
      }
    }
    for (const details of results.querySelectorAll("details[data-facet]")) {
      const name = details.dataset.facet;
      details.open = open.has(name);
      details.querySelector(".facet__body").scrollTop = scrolled.get(name) ?? 0;
    }
    tidy();
    results.dispatchEvent(new CustomEvent("search:updated", { bubbles: true }));
    const count = document.getElementById("search-count");
    if (status && count) status.textContent = count.textContent.replace(/\s+/g, " ").trim();
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  // Back and forward load the whole page: its address says everything.
  window.addEventListener("popstate", () => location.reload());
}

/** Buttons that are needed only without this script. */
function tidy() {
  for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;
}

/** Address of the search as the form stands, without what is empty or usual. */
function addressOf(form) {
  const address = new URL(form.action, location.href);
  for (const [name, value] of new FormData(form)) {
    if (value && !(name === "sort" && value === "relevance")) address.searchParams.append(name, value);
  }
  return address.pathname + address.search;
}
