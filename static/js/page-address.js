// In the editor of a page that was never published: its address (slug) follows the title until
// somebody writes another. The server makes it, since it knows how Japanese is read.
const PAUSE_MS = 400;
const slug = document.querySelector("input[data-address-from-title]");
const title = slug?.form?.elements.namedItem("title");

if (title) {
  let follows = "isFromTitle" in slug.dataset;
  let timer;
  let newest = "";

  const fetchAddress = async () => {
    const asked = title.value.trim();
    const address = new URL(slug.dataset.addressFromTitle, location.href);
    address.searchParams.set("title", asked);
    // After its first saving the form edits a page, which may keep the address that it has.
    const page = location.pathname.match(/\/pages\/(\d+)\/edit\//);
    if (page) address.searchParams.set("page", page[1]);
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const made = (await response.json()).slug;
      if (!follows || !made || title.value.trim() !== asked) return;
      newest = made;
      if (slug.value === made) return;
      slug.value = made;
      slug.dispatchEvent(new Event("change", { bubbles: true }));
    } catch {
      // Without an answer the server makes the address when the page is saved.
    }
  };

  slug.addEventListener("input", () => {
    follows = slug.value === "";
  });
  title.addEventListener("input", () => {
    if (!follows) return;
    clearTimeout(timer);
    timer = setTimeout(fetchAddress, PAUSE_MS);
  });
  // The answer to a saving tells the address of the title that was saved, perhaps an older one.
  document.addEventListener("w-autosave:success", () => {
    if (follows && newest && slug.value !== newest) fetchAddress();
  });
  // Wagtail would copy the title as it is.
  for (const name of ["w-sync:check", "w-sync:apply"]) {
    slug.addEventListener(name, (event) => event.preventDefault());
  }
}
