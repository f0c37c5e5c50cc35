// What a widget needs in the page itself, with or without a kernel.
//
// Arrow keys pressed in it move its own controls, and not the notebook's cells: JupyterLab and Notebook 7 take no key for
// a shortcut that is pressed in an element with this attribute. All other keys stay shortcuts.
// A new choice takes away the answer to the one before: without a kernel nobody else would.

const OWN = ["ArrowDown", "ArrowLeft", "ArrowRight", "ArrowUp", "End", "Home", "PageDown", "PageUp"];

function render({ el }) {
  el.classList.add("course-in-page");
  el.textContent =
    "As you left it. To make it live again: in the menu, Run › Run All Above Selected Cell; then run this cell (Shift+Enter).";

  const box = () => el.parentElement?.closest(".widget-box");
  const keep = (event) => {
    const found = box();
    if (found?.contains(event.target)) found.toggleAttribute("data-lm-suppress-shortcuts", OWN.includes(event.key));
  };
  const choose = (event) => {
    if (event.target.type === "radio" && box()?.contains(event.target)) {
      for (const answer of box().querySelectorAll(".course-answer [role=status]")) answer.hidden = true;
    }
  };
  window.addEventListener("keydown", keep, true); // before the page's own listener, wherever that listens
  window.addEventListener("change", choose, true);
  return () => {
    window.removeEventListener("keydown", keep, true);
    window.removeEventListener("change", choose, true);
  };
}

export default { render };
