// The counter: a clock that runs while one person is served, and fields that only matter for some answers.
const clock = document.querySelector("[data-elapsed]");
if (clock) {
  const began = Date.now() - Number(clock.dataset.elapsed) * 1000;
  const figure = clock.querySelector("strong");
  const show = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    figure.textContent = hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  };
  show();
  setInterval(show, 1000);
}

// The kinds of applicant have their own identity documents: choosing 企业 chooses the credit code, and back.
document.addEventListener("change", (event) => {
  // What has been chosen stays chosen, even if the answer to the last letter typed comes only now.
  if (event.target.name === "what") document.getElementById("id_q").dispatchEvent(new CustomEvent("htmx:abort"));
  if (event.target.name !== "kind") return;
  const type = document.getElementById("id_id_type");
  if (type) type.value = event.target.value === "legal" ? "USCC" : "111";
});

// A file opens in the pane beside the list; the row it belongs to stays marked.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-preview]");
  if (!link) return;
  document.querySelectorAll("[data-preview][aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
});

// A scan that has been taken leaves its field empty for the next one; the field itself, and the focus, stay.
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.matches("input[type=file]")) event.detail.elt.value = "";
});

// What is still being saved goes first: a page that is left cuts its requests off.
const draft = document.getElementById("draft-form");
let waiting = false;
draft?.addEventListener("submit", (event) => {
  const saving = draft.querySelector(".htmx-request");
  if (!saving) return;
  event.preventDefault();
  if (waiting) return;
  waiting = true;
  const send = () => { waiting = false; draft.requestSubmit(event.submitter); };
  saving.addEventListener("htmx:afterRequest", () => setTimeout(send), { once: true });
});
