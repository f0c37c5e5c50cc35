// A picture, the sentence under it, which is its text alternative too, and the controls' settings, to be copied.
// The same <img> is used again and again.

function render({ model, el }) {
  const figure = document.createElement("figure");
  const tags = ["img", "figcaption", "div", "code", "button"];
  const [image, sentence, settings, text, copy] = tags.map((tag) => document.createElement(tag));
  figure.style.margin = "0";
  image.style.maxWidth = "100%";
  figure.style.lineHeight = "1.5";
  sentence.setAttribute("role", "status");
  settings.style.color = "var(--jp-ui-font-color2, #666)";
  text.style.userSelect = "all"; // one click selects it whole
  settings.className = "course-settings";
  copy.className = "jupyter-widgets jupyter-button";
  copy.style.cssText = "width: auto; height: 22px; line-height: 22px; margin-left: 8px";
  copy.onclick = async () => {
    await navigator.clipboard.writeText(text.textContent);
    copy.textContent = "Copied";
  };
  copy.hidden = !navigator.clipboard; // only pages from this computer, or from https, may write to it
  settings.append("To come back here, or send somebody here: add ", text, " to the cell's line.", copy);
  figure.append(image, sentence, settings);
  el.append(figure);

  const draw = () => {
    const last = image.src;
    image.src = URL.createObjectURL(new Blob([model.get("data")], { type: "image/png" }));
    image.alt = sentence.textContent = model.get("sentence");
    text.textContent = `.at(${model.get("settings")})`;
    copy.textContent = "Copy";
    settings.hidden = !model.get("settings");
    sentence.ariaBusy = model.get("busy"); // while it trains, a screen reader does not read out every picture
    if (last) URL.revokeObjectURL(last);
  };
  model.on("change", draw);
  draw();

  // ipywidgets' sliders have a label that a screen reader does not find, and tell it their place instead of their value.
  // Beside them stands the value, into which one can type, in vain if the slider is one of few values.
  let panel; // kept here, since the last changes are told after it has left the page
  const name_sliders = () => {
    for (const slider of panel.querySelectorAll(".widget-slider")) {
      const readout = slider.querySelector(".widget-readout");
      if (readout) readout.contentEditable = "false";
      for (const handle of slider.querySelectorAll("[role=slider]")) {
        const value = readout?.textContent;
        handle.ariaLabel = slider.querySelector(".widget-label").textContent;
        if (value && handle.ariaValueText !== value) handle.ariaValueText = value;
      }
    }
  };
  const watch = new MutationObserver(name_sliders);
  let next = requestAnimationFrame(function start() {
    panel = el.closest(".course-panel");
    if (!panel) return void (next = requestAnimationFrame(start)); // not in the page yet
    watch.observe(panel, { childList: true, subtree: true, attributeFilter: ["aria-valuetext"] });
    name_sliders();
  });

  return () => {
    cancelAnimationFrame(next);
    watch.disconnect();
    URL.revokeObjectURL(image.src);
  };
}

export default { render };
