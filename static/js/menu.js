// An open menu closes when someone clicks elsewhere or presses Esc, and the focus goes back to its button.

const open = () => document.querySelectorAll("details.menu[open]");

addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.removeAttribute("open");
});

addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      if (menu.contains(event.target)) menu.querySelector("summary").focus();
      menu.removeAttribute("open");
      event.preventDefault();
    }
  },
  true,
);
