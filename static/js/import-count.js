// The button says how many rows come in while boxes are ticked.

const button = document.querySelector("[data-import-count]");

function count() {
  const ticked = (name) => button.form.querySelectorAll(`[name="${name}"]:checked`).length;
  const kept = ticked("duplicates") ? Number(button.dataset.duplicates) : ticked("keep");
  const total = Number(button.dataset.importCount) + kept - ticked("leave");
  const words = button.dataset.words.replace("#", total.toLocaleString(document.documentElement.lang));
  button.textContent = total === 1 ? words.replace("expenses", "expense") : words;
}

button?.form.addEventListener("change", count);
