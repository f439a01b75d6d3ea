// A changed choice shows at once what comes of it: the form is sent as "Look again" does, and the page's part is swapped.

const part = () => document.querySelector("[data-import-look]");

async function look(form, focus) {
  const data = new FormData(form);
  data.set("look", "1");
  const answer = await fetch(form.action, { method: "POST", body: data, signal: AbortSignal.timeout(15000) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-import-look]");
  if (!fresh) return;
  const scrolled = part().querySelector(".table-wrap")?.scrollLeft ?? 0;
  part().replaceWith(fresh);
  addSymbols(page);
  fresh.querySelector(".table-wrap")?.scrollTo(scrolled, 0);
  fresh.querySelector(focus)?.focus();
}

// Icons that the page has not shown yet.
function addSymbols(page) {
  const unknown = [...page.querySelectorAll(".icon-sheet symbol")].filter((one) => !document.getElementById(one.id));
  document.querySelector(".icon-sheet")?.append(...unknown);
}

let [busy, looks, pressed] = [Promise.resolve(), 0, false]; // one look after the other: each brings the version the next needs
const now = (form) => [...part().querySelectorAll("form")].find((one) => one.action === form.action);

// What was chosen meanwhile is chosen in the form that took this one's place.
function choose(form, name, value, focus) {
  now(form).elements[name].value = value;
  return look(now(form), focus);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-import-look] form");
  if (!form || form.dataset.sent || form.querySelector("[name=encoding]")) return;
  const { id, name, value } = event.target;
  const focus = id ? `#${CSS.escape(id)}` : `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`;
  looks += 1;
  busy = busy.then(() => choose(form, name, value, focus)).catch(() => {}).then(() => (looks -= 1));
});

// A button that is pressed meanwhile waits: its form has the version that is just being replaced.
addEventListener("submit", (event) => {
  const form = event.target.closest("[data-import-look] form");
  if (!looks || !form) return;
  event.preventDefault();
  event.stopPropagation(); // submit-once need not know: it is not on its way yet
  if (!pressed) busy = busy.then(() => submitFresh(form, event.submitter?.name)).catch(() => {}).finally(() => (pressed = false));
  pressed = true;
}, true);

function submitFresh(form, name) {
  const fresh = now(form);
  for (const field of ["encoding", "separator", "header"]) {
    if (form.elements[field]) fresh.elements[field].value = form.elements[field].value;
  }
  fresh.requestSubmit([...fresh.querySelectorAll("[type=submit]")].find((button) => button.name === name));
}
