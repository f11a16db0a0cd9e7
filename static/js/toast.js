// Toasts: what is done fades after a while, what went wrong stays. A response may add one with the header
// HX-Trigger: {"toast": {"text": "…", "tone": "success"}}.
const STAY_MS = 8000;
const box = document.getElementById("toasts");

function arm(toast) {
  const close = toast.querySelector("[data-dismiss]");
  close.hidden = false;
  close.addEventListener("click", () => toast.remove());
  if (toast.matches(".toast--error, .toast--warning")) return;
  let timer = setTimeout(() => toast.remove(), STAY_MS);
  const hold = () => clearTimeout(timer);
  const release = () => { hold(); timer = setTimeout(() => toast.remove(), STAY_MS); };
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", release);
  toast.addEventListener("focusout", release);
}

function show({ text, tone = "success" }) {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.classList.add(`toast--${tone}`);
  toast.querySelector("p").textContent = text;
  box.append(toast);
  arm(toast);
}

if (box) {
  box.querySelectorAll(".toast").forEach(arm);
  document.body.addEventListener("toast", (event) => show(event.detail));
  const lost = () => show({ text: "没有连上服务器，刚才的操作没有完成。请检查网络后重试。", tone: "error" });
  document.body.addEventListener("htmx:sendError", lost);
  document.body.addEventListener("htmx:timeout", lost);
}
