/**
 * The menu of narrow windows opens and closes without this script; with it Escape closes the menu
 * and gives the focus back to its button.
 */

const menu = document.querySelector(".site-menu");
const button = menu?.querySelector("summary");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !menu?.open) return;
  const nav = document.getElementById(button.getAttribute("aria-controls"));
  const within = menu.contains(document.activeElement) || nav.contains(document.activeElement);
  menu.open = false;
  if (within || document.activeElement === document.body) button.focus();
});
