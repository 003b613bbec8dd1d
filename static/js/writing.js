// The editor's hints: fetched for the saved draft, anew whenever it has been saved.
const place = document.querySelector("[data-writing-hints]");

async function refresh() {
  const page = location.pathname.match(/\/pages\/(\d+)\/edit\//);
  if (!page) return;
  const address = place.dataset.writingHints.replace("/0/", `/${page[1]}/`);
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (response.ok) place.innerHTML = await response.text();
  } catch {
    // Without an answer the last hints stay.
  }
}

if (place) {
  refresh();
  document.addEventListener("w-autosave:success", refresh);
}
