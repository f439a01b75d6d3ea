// A second click while a form is on its way does nothing. (The server would not do it twice either.)

// On the document, so that it holds for forms that a script puts into the page too; and before other scripts send any.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-submit-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(release, 15000, form); // no answer: let them try again
  // Later, or the button that was pressed would not be sent along.
  setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => button.setAttribute("aria-disabled", "true")));
}, true);

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}

// The back button may bring the page back as it was left.
addEventListener("pageshow", () => document.querySelectorAll("form[data-submit-once]").forEach(release));
