// Toasts: what is done fades after a while, what went wrong stays. A response may add one with the header
// HX-Trigger: {"toast": {"text": "…", "tone": "success"}}.
const STAY_MS = 8000;
const BROKEN = {
  500: "系统出了点问题，刚才的操作没有完成。请过几分钟再试。",
  503: "系统暂时连不上数据库，刚才的操作没有完成。填写的内容还在页面上，请过一分钟再试。",
};
const box = document.getElementById("toasts");

// On a phone what the page came with stands in it; taking it away would move what is just being touched.
function standsInPage(toast) {
  return matchMedia("(max-width: 39.99em)").matches && !toast.matches(".toast--live");
}

// A toast that comes while one types moves the page, not over the field.
function clearField() {
  const field = document.activeElement;
  if (!field.matches("input, select, textarea")) return;
  const hidden = box.getBoundingClientRect().bottom - field.getBoundingClientRect().top;
  if (getComputedStyle(box).position === "sticky" && hidden > 0) window.scrollBy(0, -hidden - 16);
}

function arm(toast) {
  const close = toast.querySelector("[data-dismiss]");
  close.hidden = false;
  close.addEventListener("click", () => toast.remove());
  if (toast.matches(".toast--error, .toast--warning") || standsInPage(toast)) return;
  let timer = setTimeout(() => toast.remove(), STAY_MS);
  const hold = () => clearTimeout(timer);
  const release = () => { hold(); timer = setTimeout(() => toast.remove(), STAY_MS); };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", release);
  toast.addEventListener("focusout", release);
}

function isShown(text) {
  return [...box.querySelectorAll(".toast p")].some((each) => each.textContent === text);
}

function show({ text, tone = "success" }) {
  if (tone === "error" && isShown(text)) return;
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.classList.add("toast--live", `toast--${tone}`);
  toast.querySelector("p").textContent = text;
  if (tone === "error" || tone === "warning") {
    const drawing = toast.querySelector(".icon use");
    drawing.setAttribute("href", drawing.getAttribute("href").replace("#check-circle", "#alert"));
  }
  box.append(toast);
  arm(toast);
  clearField();
}

if (box) {
  box.querySelectorAll(".toast").forEach(arm);
  document.body.addEventListener("toast", (event) => show(event.detail));
  const lost = () => show({ text: "没有连上服务器，刚才的操作没有完成。请检查网络后重试。", tone: "error" });
  document.body.addEventListener("htmx:sendError", lost);
  document.body.addEventListener("htmx:timeout", lost);
  document.body.addEventListener("htmx:responseError", ({ detail: { xhr: { status } } }) => {
    if (status >= 500) show({ text: BROKEN[status] || BROKEN[500], tone: "error" });
  });
}
