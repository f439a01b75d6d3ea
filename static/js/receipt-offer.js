// What was read on a receipt is offered; its button fills in fields that are empty, or the one that it names.

import { say } from "./receipt-row.js";

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
    other.hidden = other === place && !place.querySelector("button:not([hidden])");
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
