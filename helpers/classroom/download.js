// A button that asks the kernel for a file, and saves it where this browser saves downloads.

function render({ model, el }) {
  const button = document.createElement("button");
  button.className = "jupyter-widgets jupyter-button";
  button.style.width = "max-content";
  button.textContent = model.get("description");
  button.onclick = () => model.send({});
  el.append(button);

  const save = ({ name }, [content]) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: "application/json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // not before the browser has read it
  };
  model.on("msg:custom", save);
  return () => model.off("msg:custom", save);
}

export default { render };
