// The editor of a draft. What was typed is sent when somebody leaves before the pause that saves it; a row that was just
// opened comes into view.
let dirty = false;
const form = () => document.getElementById("entry-form");

document.addEventListener("input", (event) => { if (event.target.form === form()) dirty = true; });
document.addEventListener("submit", () => { dirty = false; });
document.body.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.matches("[data-autosave], #entry-form")) dirty = false; });
for (const lost of ["htmx:sendError", "htmx:responseError"]) document.body.addEventListener(lost, () => { dirty = true; });

window.addEventListener("pagehide", () => {
  if (!dirty || !form()) return;
  const typed = new FormData(form());
  typed.set("act", "autosave");
  navigator.sendBeacon(form().action, typed);
});

function showSection() {
  document.querySelector(".editor__sections [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}
showSection();

function show(root) {
  showSection();
  const row = root.querySelector?.("[data-open-row]");
  if (row) row.scrollIntoView({ block: "start" });
}
document.body.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt.id === "editor") show(event.detail.elt); });
