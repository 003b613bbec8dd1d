/**
 * Tells the site, once for each search shown, that one of its hits was opened, so that editors see
 * which searches do not help. The words of the search are sent and nothing else.
 */

const results = document.querySelector("[data-directory]");
let told = "";

if (results && navigator.sendBeacon) {
  results.addEventListener("click", tell);
  results.addEventListener("auxclick", (event) => event.button === 1 && tell(event));
}

/** Count the first hit that is opened from these words; a filter changes the hits, not the words. */
function tell(event) {
  const main = event.target.closest("[data-search-asked]");
  if (!main || !event.target.closest("[data-search-opens] a")) return;
  const asked = main.dataset.searchAsked;
  if (asked === told) return;
  told = asked;
  navigator.sendBeacon(main.dataset.searchClick, new URLSearchParams({ q: asked }));
}
