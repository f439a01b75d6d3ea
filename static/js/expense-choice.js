// Quick answers beside a list or calendar: choosing one takes the other back, so that two answers never stand together.

document.addEventListener("input", (event) => {
  const choice = event.target.closest?.("[data-expense-choice]");
  if (!choice) return;
  const other = choice.querySelector("select, input:not([type=radio])");
  const quick = [...choice.querySelectorAll("[type=radio]")];
  if (event.target === other) quick.forEach((radio) => (radio.checked = radio.value === "other"));
  else if (event.target.value === "other") other.focus();
  else if (other) other.value = "";
});
