// Charts: a slider below each reads its values one by one, by keyboard, pointer or finger; and a
// button makes a PNG of the drawing. Without this script there are tooltips, tables and the SVG.

const PNG_SCALE = 2;

function makeReadable(box) {
  const strips = [...box.querySelectorAll("[data-reading]")];
  if (strips.length < 2) return;
  const id = `${box.querySelector("title").id}-reader`;
  const label = document.createElement("label");
  label.className = "chart-reader__label";
  label.htmlFor = id;
  label.textContent = box.dataset.readLabel;
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", id, min: 0, max: strips.length - 1, step: 1 });
  slider.className = "chart-reader__slider";
  slider.setAttribute("aria-describedby", box.querySelector("title").id);
  // Screen readers hear the slider say the same.
  const shown = document.createElement("p");
  shown.className = "chart-reader__value";
  const reader = document.createElement("div");
  reader.className = "chart-reader";
  reader.append(label, slider, shown);
  box.append(reader);

  const read = (position) => {
    slider.value = position;
    slider.setAttribute("aria-valuetext", strips[position].dataset.reading);
    shown.textContent = strips[position].dataset.reading;
    for (const [number, strip] of strips.entries()) {
      strip.classList.toggle("is-read", number === position);
    }
  };
  slider.addEventListener("input", () => read(slider.valueAsNumber));
  for (const [number, strip] of strips.entries()) {
    for (const type of ["pointerenter", "click"]) strip.addEventListener(type, () => read(number));
  }
  read(strips.length - 1);
}

async function drawPng(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(response.statusText);
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await response.text())}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * PNG_SCALE;
  canvas.height = picture.naturalHeight * PNG_SCALE;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const png = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!png) throw new Error("no picture");
  return png;
}

async function takePng(button) {
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await drawPng(button.dataset.png));
    link.download = button.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch {
    const failed = document.createElement("span");
    failed.setAttribute("role", "alert");
    failed.textContent = button.dataset.failed;
    button.replaceWith(failed);
  }
}

document.querySelectorAll("[data-chart]").forEach(makeReadable);
for (const button of document.querySelectorAll("[data-png]")) {
  button.hidden = false;
  button.addEventListener("click", () => takePng(button));
}
