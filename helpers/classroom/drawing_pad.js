// A canvas on which a pointer draws, or the keyboard: arrow keys move the pen, Space puts it down and lifts it.

const SIDE = 216; // pixels
const PEN = 0.09; // its width, as a share of the side
const STEP = 1 / 24; // of one arrow key
const CLOSEST = 0.015; // nearer points than this to the last one add nothing

const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

function render({ model, el }) {
  const [canvas, clear, hint] = ["canvas", "button", "div"].map((tag) => document.createElement(tag));
  const sharpness = window.devicePixelRatio || 1;
  canvas.width = canvas.height = SIDE * sharpness;
  canvas.style.cssText = `width: ${SIDE}px; height: ${SIDE}px; border: 1px solid #999; background: white; touch-action: none; cursor: crosshair`;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application"); // a screen reader hands over the arrow keys
  canvas.ariaLabel = `${model.get("description")} Arrow keys move the pen, Space puts it down or lifts it.`;
  canvas.dataset.lmSuppressShortcuts = "true"; // no key pressed on it does anything to JupyterLab's cells
  clear.className = "jupyter-widgets jupyter-button";
  clear.textContent = "Clear";
  hint.textContent = "or with arrow keys and Space";
  hint.style.cssText = "display: inline-block; margin-left: 8px; color: var(--jp-ui-font-color2, #666)";
  canvas.style.display = "block";
  el.append(canvas, clear, hint);

  const context = canvas.getContext("2d");
  let pen = [0.5, 0.5]; // where the keyboard's pen is
  let isDown = false; // the keyboard's pen
  let pointer = null; // that is drawing

  const draw = () => {
    context.setTransform(canvas.width, 0, 0, canvas.height, 0, 0);
    context.clearRect(0, 0, 1, 1);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = PEN;
    context.strokeStyle = "#222";
    for (const [first, ...others] of model.get("value")) {
      context.beginPath();
      context.moveTo(...first);
      for (const point of others.length ? others : [first]) context.lineTo(...point);
      context.stroke();
    }
    if (document.activeElement !== canvas) return;
    context.beginPath();
    context.arc(...pen, PEN / 2, 0, 2 * Math.PI);
    context.lineWidth = 0.012;
    context.strokeStyle = isDown ? "#D55E00" : "#0072B2";
    context.stroke();
  };
  const keep = (strokes) => {
    model.set("value", strokes);
    model.save_changes();
    draw();
  };
  const begin = (point) => keep([...model.get("value"), [point]]);
  const goOn = (point) => {
    const strokes = model.get("value");
    const stroke = strokes.at(-1);
    if (Math.hypot(point[0] - stroke.at(-1)[0], point[1] - stroke.at(-1)[1]) < CLOSEST) return;
    keep([...strokes.slice(0, -1), [...stroke, point]]);
  };
  const inside = (point) => point.map((value) => Math.min(1, Math.max(0, value)));
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return inside([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  };

  canvas.onpointerdown = (event) => {
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    isDown = false;
    begin((pen = place(event)));
  };
  canvas.onpointermove = (event) => {
    if (event.pointerId === pointer) goOn((pen = place(event)));
  };
  canvas.onpointerup = canvas.onpointercancel = () => (pointer = null);
  canvas.onkeydown = (event) => {
    if (event.key === " ") {
      isDown = !isDown;
      if (isDown) begin(pen);
    } else if (ARROWS[event.key]) {
      pen = inside(pen.map((value, axis) => value + ARROWS[event.key][axis]));
      if (isDown) goOn(pen);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    draw();
  };
  clear.onclick = () => {
    isDown = false;
    keep([]);
  };
  canvas.onfocus = canvas.onblur = draw;
  model.on("change:value", draw);
  draw();
}

export default { render };
