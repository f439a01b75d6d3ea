// What was read on a receipt is offered; its button fills in fields that are empty, or the one that it names.

import { say } from "./receipt-row.js";

const TRIES = 2; // by itself; then there is a button
let queue = Promise.resolve(); // one is read after the other: together they would be in each other's way

export function look(part, row, tries = TRIES) {
  row.querySelector(".rc-offer").textContent = "Waiting to be read…";
  queue = queue.then(() => ask(part, row, tries));
}

// Asks with what stands in the form, so that only what would change something is offered.
async function ask(part, row, tries) {
  if (!row.isConnected) return;
  const typed = [...new FormData(part.closest("form"))].filter(([, value]) => typeof value === "string");
  const [place, address] = [row.querySelector(".rc-offer"), `${row.querySelector(".rc-open").href}/reading`];
  place.textContent = "Reading it…"; // a photograph takes seconds
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(typed) }).catch(() => null);
  place.innerHTML = answer?.ok && !answer.redirected ? await answer.text() : "";
  place.querySelectorAll("button").forEach((button) => (button.type = "button")); // Enter still saves
  const again = place.querySelector("[data-read]");
  if (again && tries > 1) return void look(part, row, tries - 1); // behind the others
  if (again) again.onclick = () => look(part, row, 1);
  if (place.querySelector("button")) say(part, place.textContent.replace(/\s+/g, " ").trim());
}

const WORDS = { amount: "amount", spent_on: "day", payee: "payee" };

// What another offer filled in is as free as what is empty: nobody typed it.
function isFree(form, name) {
  const { value, dataset } = form.elements[name];
  return (!value || value === dataset.offered) && (name !== "spent_on" || form.elements.day?.value !== "yesterday");
}

function set(form, name, value) {
  const field = form.elements[name];
  field.value = value;
  field.dataset.offered = field.value;
  field.dispatchEvent(new Event("input", { bubbles: true })); // a payee brings its category, a day its choice
  if (name === "currency") form.querySelector(".money-currency").textContent = value;
}

// What was used goes; what it took the place of can be used again.
function turn(used) {
  const [part, place] = [used.closest("[data-receipts]"), used.closest(".rc-offer")];
  part.querySelectorAll(".rc-offer").forEach((other) => {
    if (other === place) used.hidden = true;
    else other.querySelectorAll("[name=use]").forEach((button) => (button.hidden = false));
    other.hidden = !other.querySelector("button:not([hidden])");
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".rc-offer [name=use]");
  if (!button) return;
  event.preventDefault();
  const [form, instead] = [button.closest("form"), "instead" in button.dataset];
  const found = [...new URLSearchParams(button.value)];
  const free = found.filter(([name]) => instead || name === "currency" || isFree(form, name));
  const taken = free.filter(([name]) => name !== "currency" || free.some(([other]) => other === "amount"));
  taken.forEach(([name, value]) => set(form, name, value));
  const left = found.filter((one) => !free.includes(one)).map(([name]) => WORDS[name]);
  const filled = taken.map(([name]) => WORDS[name]).filter(Boolean);
  const words = filled.length ? `Filled in: ${filled.join(", ")}.` : "";
  say(button.closest("[data-receipts]"), left.length ? `${words} What you typed stays: ${left.join(", ")}.` : words, true);
  turn(button);
  form.elements.amount.focus();
});
