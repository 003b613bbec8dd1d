// A map of places as one stop of the keyboard: arrow keys go through the places in the order in which
// they are drawn, Home and End to the first and last. A place under the pointer is shown in the map
// and in the list; a click on the map does what its link in the list does, so that lists
// which update the page in place do so from the map too.

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const places = (map) => [...map.querySelectorAll("[data-map-drawing] [data-code]")];

function makeOneStop(map) {
  const links = places(map);
  const focused = links.indexOf(document.activeElement);
  const chosen = links.findIndex((link) => link.hasAttribute("aria-current"));
  const stop = Math.max(focused, focused < 0 ? chosen : -1, 0);
  for (const [position, link] of links.entries()) link.setAttribute("tabindex", position === stop ? 0 : -1);
}

function target(event) {
  const link = event.target.closest?.("[data-map] [data-code]");
  return link && { link, map: link.closest("[data-map]") };
}

document.addEventListener("keydown", (event) => {
  const found = target(event);
  if (!found || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = places(found.map);
  const position = links.indexOf(found.link);
  if (position < 0) return;
  let next;
  if (event.key in STEPS) next = position + STEPS[event.key];
  else if (event.key === "Home") next = 0;
  else if (event.key === "End") next = links.length - 1;
  else return;
  event.preventDefault();
  links.at(next % links.length).focus();
});

document.addEventListener("focusin", (event) => {
  const found = target(event);
  if (found?.link.closest("[data-map-drawing]")) makeOneStop(found.map);
});

document.addEventListener("click", (event) => {
  const found = target(event);
  if (!found?.link.closest("[data-map-drawing]")) return;
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const same = found.map.querySelector(`a.map-japan__link[data-code="${found.link.dataset.code}"]`);
  if (!same) return;
  event.preventDefault();
  same.click();
});

for (const [type, shown] of [["pointerover", true], ["pointerout", false]]) {
  document.addEventListener(type, (event) => {
    const found = target(event);
    if (!found) return;
    for (const link of found.map.querySelectorAll(`[data-code="${found.link.dataset.code}"]`)) {
      link.classList.toggle("is-shown", shown);
    }
  });
}

const setUp = (root) => root.querySelectorAll("[data-map]").forEach(makeOneStop);
setUp(document);
document.addEventListener("directory:updated", (event) => setUp(event.target));
