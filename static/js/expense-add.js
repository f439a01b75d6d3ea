// Adding, changing many and undoing without leaving the list: a form is sent as the browser would send it, and the
// list in the page that comes back takes the place of the one shown. Whatever else comes back is shown by the browser.

import { live } from "./toast.js";

const parts = ["#expenses", ".toasts", ".icon-sheet"];

function take(page) {
  document.querySelectorAll(".toasts").forEach((toasts) => toasts.remove());
  for (const part of parts) {
    const fresh = page.querySelector(part);
    const shown = document.querySelector(part);
    if (fresh && shown) shown.replaceWith(fresh);
    else if (fresh) document.querySelector("#content").prepend(fresh);
  }
  document.querySelectorAll("[data-toast]").forEach(live);
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
    document.querySelector(adding ? "[data-expense-add] [name=amount]" : "#expenses a")?.focus();
  } else {
    form.dataset.plain = "yes"; // once more as browsers do it, for a page of its own; the key sees to it that nothing happens twice
    delete form.dataset.sent;
    form.requestSubmit(submitter);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.plain || form.getAttribute("method") !== "post") return;
  if (!form.closest("#expenses, .toasts")) return;
  event.preventDefault();
  send(form, event.submitter);
});
