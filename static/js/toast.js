// What was just done is said for a while and then goes; it waits while someone points at it or is in it.

const STAY = 8000; // milliseconds

export function live(toast) {
  let left = STAY;
  let since = 0;
  let timer = 0;
  const go = () => toast.remove();
  const pause = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    left -= Date.now() - since;
  };
  const run = () => {
    if (timer || toast.matches(":hover, :focus-within")) return;
    since = Date.now();
    timer = setTimeout(go, Math.max(left, 1500));
  };
  toast.append(closeButton(go));
  toast.addEventListener("pointerenter", pause);
  toast.addEventListener("pointerleave", run);
  toast.addEventListener("focusin", pause);
  toast.addEventListener("focusout", () => setTimeout(run));
  toast.addEventListener("keydown", (event) => event.key === "Escape" && go());
  if (!toast.classList.contains("is-over")) run();
}

function closeButton(go) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast-close";
  button.setAttribute("aria-label", "Dismiss");
  button.textContent = "×";
  button.addEventListener("click", go);
  return button;
}

document.querySelectorAll("[data-toast]").forEach(live);
