// What the history of messages shows has been seen: the planner is told, and the count at the bell goes down.

const list = document.querySelector("[data-unread]");

function recount(seen) {
  for (const bell of document.querySelectorAll("[data-unread-count]")) {
    const left = Math.max(0, Number(bell.dataset.unreadCount) - seen);
    const badge = bell.querySelector("[data-unread-badge]");
    if (!badge) continue;
    bell.dataset.unreadCount = left;
    if (left) badge.textContent = left > 99 ? "99+" : left;
    else badge.remove();
    if (!left) document.querySelector("[data-unread-bar]")?.remove();
    bell.setAttribute("aria-label", left ? `Notifications, ${left} unread` : "Notifications");
  }
}

async function say() {
  const body = new URLSearchParams({ csrf_token: list.dataset.csrf });
  const ids = list.dataset.unread.split(" ");
  ids.forEach((id) => body.append("id", id));
  const answer = await fetch(list.dataset.alertRead, { method: "POST", body });
  if (answer.ok && !answer.redirected) recount(ids.length);
}

// Not for a page that is only loaded ahead, or lies behind another window.
function seen() {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", seen);
  say().catch(() => {}); // no network: they stay unread, and the next look tells
}

if (list) {
  document.addEventListener("visibilitychange", seen);
  seen();
}
