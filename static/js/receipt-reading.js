// What a receipt says is asked for, one after the other.

import "./receipt-offer.js";
import { say } from "./receipt-row.js";

const TRIES = 2; // by itself; then there is a button
let queue = Promise.resolve(); // one is read after the other: together they would be in each other's way

export function look(part, row, tries = TRIES) {
  row.querySelector(".rc-offer").textContent = "Waiting to be read…";
  queue = queue.then(() => ask(part, row, tries)).catch(() => row.querySelector(".rc-offer").replaceChildren());
}

// Asks with what stands in the form, so that only what would change something is offered.
async function ask(part, row, tries) {
  if (!row.isConnected) return;
  const typed = [...new FormData(part.closest("form"))].filter(([, value]) => typeof value === "string");
  const [place, address] = [row.querySelector(".rc-offer"), `${row.querySelector(".rc-open").href}/reading`];
  place.textContent = "Reading it…"; // a photograph takes seconds
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(typed) }).catch(() => null);
  place.innerHTML = (answer?.ok && !answer.redirected && (await answer.text())) || "Nothing to fill in from it.";
  place.querySelectorAll("button").forEach((button) => (button.type = "button")); // Enter still saves
  const again = place.querySelector("[data-read]");
  if (again && tries > 1) return void look(part, row, tries - 1); // behind the others
  if (again) again.onclick = () => look(part, row, 1);
  const warned = part.querySelector(".rc-said:not(.visually-hidden):not(:empty)"); // why nothing was saved: that stays
  if (!warned && place.querySelector("button")) say(part, place.textContent.replace(/\s+/g, " ").trim());
}
