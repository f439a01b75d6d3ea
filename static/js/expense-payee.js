// A payee that was typed or picked before brings the category it usually has, unless one was chosen by hand.

function usual(input) {
  const wanted = input.value.trim().toLowerCase();
  const known = [...(input.list?.options ?? [])].find((option) => option.value.toLowerCase() === wanted);
  return known?.dataset.category;
}

export function choose(form, key) {
  const radios = [...form.querySelectorAll("[name=category][type=radio]")];
  const quick = radios.find((radio) => radio.value === key);
  const list = form.querySelector("[name=other_category]");
  radios.forEach((radio) => (radio.checked = radio === quick));
  list.value = quick ? "" : key;
  if (list.selectedIndex < 0) list.value = "";
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("[data-expense-payee]");
  if (!form) return;
  if (event.target.name === "category" || event.target.name === "other_category") form.dataset.chosen = "by hand";
  if (event.target.name !== "payee" || form.dataset.chosen) return;
  const key = usual(event.target);
  if (key) choose(form, key);
});
