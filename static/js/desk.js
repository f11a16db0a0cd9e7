// The desk of a queue: J and K walk through the rows, Enter opens one beside the list; on a narrow screen, on its own page.
// The single keys obey the switch in the list of shortcuts.
const wide = window.matchMedia("(min-width: 64em)");
const links = () => [...document.querySelectorAll("[data-row-link]")];

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (localStorage.getItem("single-key-shortcuts") === "off" || document.querySelector("dialog[open]")) return;
  if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
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
