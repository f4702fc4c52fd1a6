// The controls of a pad: the buttons and keys that undo and clear, and the hint on empty paper.

const find = (id) => document.getElementById(id);

/** Connect the controls to `pad`; keys do nothing while `isBlocked()`. */
export function startControls(pad, isBlocked = () => false) {
  pad.addEventListener("change", () => {
    const empty = pad.items.length === 0;
    find("hint").hidden = !empty;
    find("undo").disabled = find("clear").disabled = empty;
  });
  const undo = () => pad.undo();
  const clear = () => pad.clear();
  find("undo").addEventListener("click", undo);
  find("clear").addEventListener("click", clear);
  document.addEventListener("keydown", (event) => {
    if (isBlocked()) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z") undo();
    else if (event.key === "Escape") clear();
  });
}
