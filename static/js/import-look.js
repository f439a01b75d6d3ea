// A changed choice shows at once what comes of it: the form is sent as "Look again" does, and the page's part is swapped.

const part = () => document.querySelector("[data-import-look]");

async function look(form, focus) {
  const data = new FormData(form);
  data.set("look", "1");
  const answer = await fetch(form.action, { method: "POST", body: data });
  if (!answer.ok && answer.status !== 400) return;
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
  const sheet = document.querySelector(".icon-sheet");
  page.querySelectorAll(".icon-sheet symbol").forEach((symbol) => {
    if (sheet && !document.getElementById(symbol.id)) sheet.append(symbol);
  });
}

let busy = Promise.resolve(); // one after the other: each answer carries the version the next one needs

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-import-look] form");
  if (!form || form.querySelector("[name=encoding]")) return;
  const { id, name, value } = event.target;
  const focus = id ? `#${CSS.escape(id)}` : `[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`;
  busy = busy.then(() => (form.isConnected ? look(form, focus) : undefined)).catch(() => {});
});
