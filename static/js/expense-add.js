// Adding, changing many and undoing without leaving the list: a form is sent as the browser would send it, and the
// list in the page that comes back takes the place of the one shown. Whatever else comes back is shown by the browser.

import { live } from "./toast.js";

function announce(fresh) {
  let shown = document.querySelector(".toasts");
  if (!shown) document.querySelector("#content").prepend((shown = fresh.cloneNode(false)));
  requestAnimationFrame(() => {
    shown.replaceChildren(...fresh.children); // only what is put into a region that is there is read out
    shown.querySelectorAll("[data-toast]").forEach(live);
  });
}

function take(page) {
  for (const part of ["#expenses", ".icon-sheet"]) document.querySelector(part).replaceWith(page.querySelector(part));
  const toasts = page.querySelector(".toasts");
  if (toasts) announce(toasts);
  document.dispatchEvent(new Event("expenses-shown"));
}

function say(words) {
  const note = document.createElement("p");
  note.className = "invalid";
  note.setAttribute("role", "alert");
  note.textContent = words;
  document.querySelector("#expenses").prepend(note);
}

async function send(form, submitter) {
  const adding = form.matches("[data-expense-add]");
  let answer;
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "text/html" } });
  } catch {
    delete form.dataset.sent;
    say("There is no connection right now, so nothing was saved. Try again in a moment.");
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.ok && page.querySelector("#expenses")) {
    take(page);
    const next = document.querySelector(adding ? "[data-expense-add] [name=amount]" : "#expenses a");
    next?.focus({ preventScroll: !adding });
  } else {
    form.dataset.plain = "yes"; // once more as browsers do it, for a page of its own; its key keeps it from happening twice
    delete form.dataset.sent;
    form.requestSubmit(submitter);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.plain || form.getAttribute("method") !== "post") return;
  if (!document.querySelector("#expenses") || !form.closest("#expenses, .toasts")) return;
  event.preventDefault();
  send(form, event.submitter);
});
