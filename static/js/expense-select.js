// Ticking many: all of the page at once, a range with Shift, and how many they are.

let last = null;

const ticks = (list) => [...list.querySelectorAll("[name=id]")];

function count(list) {
  const all = ticks(list);
  const ticked = all.filter((tick) => tick.checked).length;
  const words = list.querySelector("[data-select-count]");
  if (words) words.textContent = ticked === 1 ? "1 ticked" : `${ticked} ticked`;
  const every = list.querySelector("[data-select-all]");
  every.checked = ticked > 0 && ticked === all.length;
  every.indeterminate = ticked > 0 && ticked < all.length;
}

function show() {
  document.querySelectorAll("[data-expense-select]").forEach((list) => {
    list.querySelector("[data-select-all]").closest("[hidden]")?.removeAttribute("hidden");
    count(list);
  });
}

document.addEventListener("click", (event) => {
  const list = event.target.closest?.("[data-expense-select]");
  if (!list || event.target.name !== "id") return;
  if (event.shiftKey && last?.isConnected) {
    const all = ticks(list);
    const [from, to] = [all.indexOf(last), all.indexOf(event.target)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((tick) => (tick.checked = event.target.checked));
  }
  last = event.target;
  count(list);
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select-all]")) return;
  const list = event.target.closest("[data-expense-select]");
  ticks(list).forEach((tick) => (tick.checked = event.target.checked));
  count(list);
});

document.addEventListener("expenses-shown", show);
addEventListener("pageshow", show);
