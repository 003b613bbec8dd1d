// Buttons that copy the text of another element: <button hidden data-copy="id" data-copied="…">.
// They stay hidden where scripts or the clipboard are not available.

const SHOWN_MS = 2000;

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.querySelector("[data-copy-label]");
  if (!source || !label) return;
  const before = label.textContent;
  await navigator.clipboard.writeText(source.textContent.trim());
  label.textContent = button.dataset.copied;
  button.classList.add("is-done");
  setTimeout(() => {
    label.textContent = before;
    button.classList.remove("is-done");
  }, SHOWN_MS);
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.querySelector("[data-copy-label]")?.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => copy(button));
  }
}
