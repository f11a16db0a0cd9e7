// Signature pad: strokes on a canvas become a PNG data URL in the hidden input. The typed name works without it.
function pad(box) {
  const canvas = box.querySelector("canvas");
  const output = box.querySelector("input[type=hidden]");
  const pen = canvas.getContext("2d");
  let last = null;
  box.dataset.ready = "";

  function fit() {
    const { width, height } = canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    pen.scale(ratio, ratio);
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    output.value = "";
  }

  function restore(drawn) {
    const picture = new Image();
    picture.onload = () => pen.drawImage(picture, 0, 0, canvas.clientWidth, canvas.clientHeight);
    picture.src = output.value = drawn;
  }

  const point = (event) => {
    const frame = canvas.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top, force: event.pressure || 0.5 };
  };

  function stroke(event) {
    if (!last) return;
    for (const moment of event.getCoalescedEvents?.() ?? [event]) {
      const next = point(moment);
      pen.lineWidth = 1.6 + next.force * 2.4;
      pen.beginPath();
      pen.moveTo(last.x, last.y);
      pen.lineTo(next.x, next.y);
      pen.stroke();
      last = next;
    }
  }

  function lift() {
    if (!last) return;
    last = null;
    output.value = canvas.toDataURL("image/png");
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = point(event);
    stroke(event);
  });
  canvas.addEventListener("pointermove", stroke);
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  box.querySelector("[data-signature-clear]").addEventListener("click", fit);

  // A form that came back, or a tablet that is turned, does not make anybody sign again.
  let width = 0;
  new ResizeObserver(() => {
    if (canvas.clientWidth === width) return;
    width = canvas.clientWidth;
    const drawn = output.value;
    fit();
    if (drawn) restore(drawn);
  }).observe(canvas);
}

const start = (root) => root.querySelectorAll("[data-signature]:not([data-ready])").forEach(pad);
start(document);
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
