// Keys: n adds an expense, / searches, ? lists the keys, Esc leaves. Not while someone types.

const LIST = [
  ["n", "Add an expense"],
  ["/", "Search"],
  ["?", "Show these keys"],
  ["Esc", "Leave, without saving"],
];

function typing(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

function search() {
  const field = document.querySelector("[data-search]");
  if (!field) return location.assign(`${document.body.dataset.find}#search`);
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  field.select();
}

function help() {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "Keys");
  dialog.className = "keys";
  const list = LIST.map(([key, words]) => `<dt><kbd>${key}</kbd></dt><dd>${words}</dd>`).join("");
  dialog.innerHTML = `<div class="dialog-head"><h2>Keys</h2><form method="dialog"><button class="btn btn-quiet">Close</button></form></div><dl>${list}</dl>`;
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function leave(target) {
  const back = document.querySelector("[data-leave]");
  if (typing(target)) target.blur();
  else if (back) location.assign(back.href);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  if (event.key === "Escape") leave(event.target);
  else if (typing(event.target)) return;
  else if (event.key === "n" && document.body.dataset.add) location.assign(document.body.dataset.add);
  else if (event.key === "/") search();
  else if (event.key === "?") help();
  else return;
  if (event.key === "/") event.preventDefault();
});
if (location.hash === "#search" && document.querySelector("[data-search]")) search();
document.body.classList.add("has-keys");
