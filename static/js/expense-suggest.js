// While someone types whom they paid, or for what: where that belongs and why, with a button that takes it over.

import { choose } from "./expense-payee.js";

const PAUSE = 300; // milliseconds without typing
const TYPED = ["payee", "description", "money_in"];
const SENT = [...TYPED, "csrf_token", "amount", "currency", "category", "other_category"];
let [timer, asked] = [0, new AbortController()];

async function ask(place) {
  asked = new AbortController();
  const typed = [...new FormData(place.closest("form"))].filter(([name]) => SENT.includes(name));
  const body = new URLSearchParams(typed);
  const answer = await fetch(place.dataset.expenseSuggest, { method: "POST", body, signal: asked.signal });
  if (!answer.ok || answer.redirected) return;
  place.innerHTML = await answer.text();
  place.querySelectorAll("button").forEach((button) => (button.type = "button")); // Enter still saves
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("[data-expense-payee]");
  const place = form?.querySelector("[data-expense-suggest]");
  if (!place) return;
  clearTimeout(timer);
  asked.abort(); // what is on its way is about what stood there before
  if (form.dataset.chosen) place.replaceChildren();
  else if (TYPED.includes(event.target.name)) timer = setTimeout(() => ask(place).catch(() => {}), PAUSE);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-expense-suggest] [name=use]");
  const form = button?.closest("[data-expense-payee]");
  if (!form) return;
  event.preventDefault();
  choose(form, button.dataset.category);
  form.dataset.chosen = "by hand";
  button.remove();
  form.querySelector("[name=payee]").focus();
});
