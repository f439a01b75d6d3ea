// How far an import is, asked every second; when it has come to its end the page shows the result.

const EVERY = 1000; // milliseconds
const panel = document.querySelector("[data-import-progress]");
const words = panel?.querySelector("[data-words]");
const bar = panel?.querySelector("progress");

async function ask() {
  const answer = await fetch(panel.dataset.importProgress, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const run = await answer.json();
  if (!run.busy) return location.reload();
  words.textContent = run.words;
  if (run.state === "running") {
    bar.max = 100;
    bar.value = run.percent;
  } else bar.removeAttribute("value");
  return later();
}

function later() {
  setTimeout(() => ask().catch(later), EVERY); // no network for a moment: ask again
}

if (panel) later();
