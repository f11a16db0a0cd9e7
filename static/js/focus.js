// Focus: errors come first in a fragment, as they do on a page (there by autofocus); after a swap the focus goes
// where it makes sense, never to the top of the page.
function toErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  return Boolean(summary);
}

// A link of the error summary lands in the field itself, with its label in view.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.elt;
  if (!(root instanceof Element) || root.closest("[data-keep-focus]") || toErrors(root)) return;
  if (document.activeElement && document.activeElement !== document.body) return;
  const landing = root.querySelector("[data-focus]") ?? root;
  if (!landing.hasAttribute("tabindex") && !landing.matches("a[href], button, input, select, textarea")) landing.tabIndex = -1;
  landing.focus({ preventScroll: true });
});

// What somebody has unfolded stays so when the part of the page that holds it is drawn anew.
let unfolded = [];
document.body.addEventListener("htmx:beforeSwap", (event) => {
  unfolded = [...event.detail.target.querySelectorAll("details[id][open]")].map((fold) => fold.id);
});
document.body.addEventListener("htmx:afterSwap", () => {
  unfolded.forEach((id) => { const fold = document.getElementById(id); if (fold) fold.open = true; });
});

// The suggestions close with Escape, or when the focus leaves the search; arrow keys walk through them.
document.addEventListener("keydown", (event) => {
  const search = event.target.closest?.("[data-search]");
  if (!search) return;
  const links = [...search.querySelectorAll(".search__suggestions a")];
  const here = links.indexOf(document.activeElement);
  if (event.key === "Escape") search.querySelector(".search__suggestions").replaceChildren();
  if (!links.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const next = event.key === "ArrowDown" ? Math.min(here + 1, links.length - 1) : here - 1;
  (links[next] ?? search.querySelector("input")).focus();
});
