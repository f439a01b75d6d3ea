// How far something is that goes on by itself, asked every second; when it has come to its end the page shows the result.

const EVERY = 1000; // milliseconds
const panel = document.querySelector("[data-progress]");
const words = panel?.querySelector("[data-words]");
const bar = panel?.querySelector("progress");

async function ask() {
  const answer = await fetch(panel.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const work = await answer.json();
  if (!work.busy) return location.reload();
  words.textContent = work.words;
  if (work.state === "running" && "percent" in work) {
    bar.max = 100;
    bar.value = work.percent;
  } else bar.removeAttribute("value");
  return later();
}

function later() {
  setTimeout(() => ask().catch(later), EVERY); // no network for a moment: ask again
}

if (panel) later();
