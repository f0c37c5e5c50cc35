// What a widget needs in the page itself, with or without a kernel.
//
// Arrow keys pressed in it move its own controls, and not the notebook's cells: JupyterLab and Notebook 7 take a key for no
// shortcut where the element that has the focus has this attribute. All other keys stay shortcuts, but
// where an element takes them all, as one with the role application does.
// ipywidgets leaves radio buttons without a common name, so that arrow keys would not go from one to the next.
// A button that has the focus and is switched off hands it to one next to it, or it would swallow every key.
// A new choice takes away the answer to the one before: without a kernel nobody else would.

const OWN = ["ArrowDown", "ArrowLeft", "ArrowRight", "ArrowUp", "End", "Home", "PageDown", "PageUp"];
const STALE =
  "As you left it. To make it live again: in the menu, Run › Run All Above Selected Cell; then run this cell (Shift+Enter).";

function render({ el }) {
  el.classList.add("course-in-page");
  el.textContent = STALE;

  // The box is in the page only after this has returned.
  const in_box = (act) => (event) => {
    const box = el.parentElement?.closest(".widget-box");
    if (box?.contains(event.target)) act(event.target, event, box);
  };
  let focused = null; // the element in the box that has the focus, or had it until it was switched off
  const listeners = {
    focusout: in_box((target) => {
      if (!target.disabled) focused = null;
    }),
    focusin: in_box((target) => {
      focused = target;
      const name = `course-${Math.random()}`;
      const radios = target.name ? [] : (target.closest(".widget-radio-box")?.querySelectorAll("input") ?? []);
      for (const radio of radios) radio.name = name;
    }),
    keydown: in_box((target, event) => {
      const takes_all = target.getAttribute("role") === "application";
      target.toggleAttribute("data-lm-suppress-shortcuts", takes_all || OWN.includes(event.key));
    }),
    change: in_box((target, _, box) => {
      if (target.type !== "radio") return;
      for (const answer of box.querySelectorAll(".course-answer [role=status]")) answer.hidden = true;
    }),
  };
  const switched = new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.disabled && target === focused) target.parentElement.querySelector("button:enabled")?.focus();
    }
  });
  switched.observe(document, { subtree: true, attributeFilter: ["disabled"] });
  // In the capturing phase of the window, since the page may listen in that of the document.
  for (const [kind, listener] of Object.entries(listeners)) window.addEventListener(kind, listener, true);
  return () => {
    switched.disconnect();
    for (const [kind, listener] of Object.entries(listeners)) window.removeEventListener(kind, listener, true);
  };
}

export default { render };
