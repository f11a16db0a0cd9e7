// Keyboard: data-shortcut="g" (or "mod+enter") on a control presses it; "/" goes to the search, "?" lists what this page has.
// Single keys can be switched off (WCAG 2.1.4); they never act while someone types.
const STORE = "single-key-shortcuts";
// What desk.js does with single keys, by what the page must have for it.
const DESK = [
  ["[data-row-link]", [["J", "下一行"], ["K", "上一行"], ["↵", "查看这一行"]]],
  ["[data-pick]", [["X", "选中这一行"], ["A", "选中本页"]]],
];
const sheet = document.getElementById("shortcuts");
const singleKeysOn = () => localStorage.getItem(STORE) !== "off";

function nameOf(event) {
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

function typing(target) {
  return target.isContentEditable || (target.matches("input, textarea, select") && !target.matches("[type=checkbox], [type=radio]"));
}

function visible(control) {
  return !control.disabled && control.getClientRects().length > 0;
}

function controlFor(name) {
  const open = document.querySelector("dialog[open]");
  const wanted = [...(open ?? document).querySelectorAll("[data-shortcut]")];
  return wanted.find((control) => control.dataset.shortcut.toLowerCase() === name && visible(control));
}

function labelOf(control) {
  const copy = control.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((node) => node.remove());
  return control.getAttribute("aria-label") ?? copy.textContent.trim();
}

function listShortcuts() {
  const rows = [...document.querySelectorAll("[data-shortcut]")].filter(visible).map((control) => [control.dataset.shortcut, labelOf(control)]);
  DESK.filter(([needed]) => document.querySelector(needed)).forEach(([, keys]) => rows.push(...keys));
  rows.push(["/", "到搜索框"], ["?", "查看快捷键"]);
  const list = sheet.querySelector("[data-shortcut-list]");
  list.replaceChildren(...rows.flatMap(([key, label]) => {
    const term = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key.toUpperCase().replace("MOD+", "Ctrl ").replace("ENTER", "↵");
    term.append(kbd);
    const text = document.createElement("dd");
    text.textContent = label;
    return [term, text];
  }));
  sheet.showModal();
}

function act(event) {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const name = nameOf(event);
  const single = !name.startsWith("mod+");
  if (single && (typing(event.target) || !singleKeysOn()) && name !== "?") return;
  if (name === "?" && !typing(event.target)) { event.preventDefault(); listShortcuts(); return; }
  if (name === "/") {
    const search = document.querySelector("main [type=search]") ?? document.querySelector(".header__search input");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
    return;
  }
  const control = controlFor(name);
  if (!control) return;
  event.preventDefault();
  if (control.matches("input, textarea, select")) control.focus();
  else control.click();
}

document.addEventListener("keydown", act);
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });

const toggle = sheet?.querySelector("[data-shortcut-switch]");
if (toggle) {
  toggle.checked = singleKeysOn();
  toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));
}
