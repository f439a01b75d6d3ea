// A button in the password field that shows what is typed.

for (const field of document.querySelectorAll("[data-show-password]")) {
  const box = document.createElement("div");
  box.className = "password-box";
  field.replaceWith(box);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "show-password";
  button.setAttribute("aria-controls", field.id);
  box.append(field, button);

  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", shown ? "Hide the password" : "Show the password");
  };
  button.addEventListener("click", () => {
    show(field.type === "password");
    field.focus();
  });
  // Sent as a password again, so that browsers offer to keep it and do not remember it as a text.
  field.form?.addEventListener("submit", () => show(false));
  show(false);
}
