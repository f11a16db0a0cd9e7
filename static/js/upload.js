// Uploads: shows what was chosen (name, size, thumbnail), refuses what is too large before it is sent, shows progress.
const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

async function thumbnail(file) {
  const box = document.createElement("span");
  box.className = "file__thumb";
  box.textContent = (file.name.split(".").pop() ?? "").toUpperCase().slice(0, 4);
  if (!file.type.startsWith("image/")) return box;
  try {
    const picture = await createImageBitmap(file, { resizeWidth: 96, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0);
    box.replaceChildren(canvas);
  } catch {
    // A picture this browser cannot decode keeps its file type as its thumbnail.
  }
  return box;
}

async function row(file, limit) {
  const item = document.createElement("li");
  item.className = "file";
  item.dataset.chosen = "";
  const name = document.createElement("span");
  name.className = "file__name";
  name.textContent = file.name;
  const meta = document.createElement("span");
  meta.className = "file__meta";
  meta.textContent = size(file.size);
  if (file.size > limit) {
    meta.className = "file__meta file__error";
    meta.textContent = `${size(file.size)}，超过 ${size(limit)}。请压缩或拆分后再选。`;
  }
  item.append(await thumbnail(file), name, meta);
  return item;
}

async function show(zone, input) {
  const limit = Number(zone.dataset.maxMib) * 1048576;
  const list = zone.parentElement.querySelector("[data-upload-list]");
  const files = [...input.files];
  const tooLarge = files.some((file) => file.size > limit);
  input.setCustomValidity(tooLarge ? "有文件太大，请压缩或拆分后再选" : "");
  zone.toggleAttribute("data-invalid", tooLarge);
  const rows = await Promise.all(files.map((file) => row(file, limit)));
  list.querySelectorAll("[data-chosen]").forEach((old) => old.remove());
  list.append(...rows);
}

document.addEventListener("change", (event) => {
  const zone = event.target.closest("[data-upload]");
  if (zone && event.target.matches("[type=file]")) show(zone, event.target);
});

for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    event.target.closest?.("[data-upload]")?.toggleAttribute("data-over", over);
  });
}

function bar(form) {
  const list = form.querySelector("[data-upload-list]");
  if (!list || !form.querySelector("[data-chosen]")) return null;
  let progress = list.parentElement.querySelector("progress");
  if (!progress) {
    progress = document.createElement("progress");
    progress.max = 100;
    progress.setAttribute("aria-label", "上传进度");
    list.after(progress);
  }
  return progress;
}

document.body.addEventListener("htmx:xhr:progress", (event) => {
  const { lengthComputable, loaded, total } = event.detail;
  const progress = event.target.closest?.("form") && bar(event.target.closest("form"));
  if (progress && lengthComputable) progress.value = (loaded / total) * 100;
});

// A plain form cannot tell how far it is; the bar at least says that the files are on their way.
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) bar(event.target); });
