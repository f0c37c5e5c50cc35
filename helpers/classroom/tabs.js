// A row of tabs. What stands behind the # in the page's address follows the link, and a visited address is told.

const SETTLED = 300; // milliseconds: a browser allows few changes of the address a second, and a slider makes many

function render({ model, el }) {
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  const tabs = Object.entries(model.get("titles")).map(([name, title]) => {
    const tab = document.createElement("button");
    tab.setAttribute("role", "tab");
    tab.textContent = tab.title = title;
    tab.dataset.name = name;
    tab.onclick = () => {
      if (tab.ariaSelected === "true") return;
      list.ariaBusy = "true"; // until the link follows
      model.send({ tab: name });
    };
    return tab;
  });
  list.append(...tabs);
  list.onkeydown = (event) => {
    const here = tabs.indexOf(document.activeElement);
    const ends = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: -1 };
    if (!(event.key in ends)) return;
    tabs.at(ends[event.key] % tabs.length).focus(); // Enter opens it
    event.preventDefault();
  };
  el.append(list);

  let later;
  const follow = () => {
    const link = model.get("link");
    for (const tab of tabs) {
      const isOpen = tab.dataset.name === link.split("?")[0];
      tab.ariaSelected = isOpen;
      tab.tabIndex = isOpen ? 0 : -1;
    }
    list.ariaBusy = "false";
    clearTimeout(later);
    later = setTimeout(() => history.replaceState(null, "", `#${link}`), SETTLED);
  };
  const visit = () => model.send({ link: location.hash.slice(1) });
  model.on("change:link", follow);
  window.addEventListener("hashchange", visit);
  follow();

  return () => {
    clearTimeout(later);
    model.off("change:link", follow);
    window.removeEventListener("hashchange", visit);
  };
}

export default { render };
