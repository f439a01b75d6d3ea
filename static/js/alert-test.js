// How a test message fares: the page is asked again until it was received or could not be sent, and its part is swapped.

const LONGEST = 10000; // milliseconds between two looks
const part = () => document.querySelector("[data-alert-test]");
let wait = 1000;

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(15000) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-alert-test]");
  if (!answer.ok || !fresh) return;
  const unknown = [...page.querySelectorAll(".icon-sheet symbol")].filter((one) => !document.getElementById(one.id));
  document.querySelector(".icon-sheet")?.append(...unknown);
  if (fresh.innerHTML !== part().innerHTML) {
    part().dataset.alertTest = fresh.dataset.alertTest;
    part().replaceChildren(...fresh.childNodes); // the region stays, so that what is new in it is read out
  }
  later();
}

function later() {
  if (part()?.dataset.alertTest !== "open") return;
  setTimeout(() => look().catch(later), wait);
  wait = Math.min(wait * 1.3, LONGEST);
}

later();
