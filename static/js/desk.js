// The desk of a queue: J and K walk through the rows, Enter opens one beside the list; on a narrow screen, on its own page.
// X ticks the row, A all rows of the page; what is ticked is counted beside the acts on many.
// The single keys obey the switch in the list of shortcuts.
const wide = window.matchMedia("(min-width: 64em)");
const links = () => [...document.querySelectorAll("[data-row-link]")];

const ticks = () => [...document.querySelectorAll("[data-pick]")];

function tell() {
  const told = document.querySelector("[data-picked]");
  if (!told) return;
  const picked = ticks().filter((tick) => tick.checked).length;
  const all = document.querySelector("[data-pick-all]")?.checked;
  told.textContent = all ? "已选全部符合条件的任务" : picked ? `已选 ${picked} 件` : "勾选任务后可批量办理，一次最多 500 件";
}

function tick(key) {
  const boxes = ticks();
  if (!boxes.length) return false;
  if (key === "a") {
    const on = boxes.some((box) => !box.checked);
    boxes.forEach((box) => { box.checked = on; });
  } else {
    const row = document.activeElement.closest("tr") ?? document.querySelector("tr[aria-current]");
    const box = row?.querySelector("[data-pick]");
    if (!box) return false;
    box.checked = !box.checked;
  }
  tell();
  return true;
}

// On a narrow screen the list comes first: filters that narrow nothing are folded away.
if (!wide.matches) document.querySelectorAll("[data-fold]:not([data-fold-keep])").forEach((fold) => { fold.open = false; });
wide.addEventListener("change", () => { if (wide.matches) document.querySelectorAll("[data-fold]").forEach((fold) => { fold.open = true; }); });

document.addEventListener("change", (event) => { if (event.target.matches("[data-pick], [data-pick-all]")) tell(); });
document.addEventListener("htmx:afterSwap", tell);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (localStorage.getItem("single-key-shortcuts") === "off" || document.querySelector("dialog[open]")) return;
  if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const key = event.key.toLowerCase();
  if ((key === "x" || key === "a") && tick(key)) { event.preventDefault(); return; }
  const step = { j: 1, k: -1 }[key];
  const rows = links();
  if (!step || !rows.length) return;
  event.preventDefault();
  const focused = rows.indexOf(document.activeElement);
  const here = focused >= 0 ? focused : rows.findIndex((link) => link.closest("tr[aria-current]"));
  rows[Math.min(Math.max(here + step, 0), rows.length - 1)].focus();
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.detail.elt;
  if (!link.matches?.("[data-row-link]") || wide.matches) return;
  event.preventDefault();
  window.location.assign(link.href);
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  const link = event.detail.elt;
  if (!event.detail.successful || !link.matches?.("[data-row-link]")) return;
  document.querySelectorAll("tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
  link.closest("tr").setAttribute("aria-current", "true");
});
