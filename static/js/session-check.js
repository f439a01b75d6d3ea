// After signing out, the browser's back button may bring back a page it kept. Ask whether it may still be seen.

async function check() {
  const address = document.body.dataset.checkSession;
  if (!address) return;
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.ok && !(await answer.json()).authenticated) location.reload();
  } catch {
    // No connection: nothing to find out, and nothing to lose.
  }
}

addEventListener("pageshow", (event) => {
  if (event.persisted) check();
});
