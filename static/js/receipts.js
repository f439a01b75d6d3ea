// Receipts go up as soon as they are chosen, photographed, dropped or pasted; the form is saved once they are there.

import { look } from "./receipt-reading.js";
import { fresh, refuse, say } from "./receipt-row.js";
import { missing, upload } from "./receipt-upload.js";

const part = document.querySelector("[data-receipts]");
const form = part?.closest("form");
let [queue, busy] = [Promise.resolve(), 0]; // one after the other: phones have little breath

function add(file) {
  const row = fresh(part, file);
  row.querySelector(".rc-again").addEventListener("click", () => send(row, file));
  if (file.size > part.dataset.most) say(part, refuse(row, "It is too large: a receipt may have up to 10 MB."));
  else send(row, file);
}

function send(row, file) {
  busy += 1;
  say(part, `Sending ${file.name}`);
  queue = queue.then(() => upload(part, row, file)).then(({ words, receipt }) => {
    say(part, words);
    busy -= 1;
    if (receipt && row.isConnected) look(part, row);
  });
}

// What is pressed while files are on their way waits for them; without those that were refused it goes on when pressed again.
function later(event) {
  if (event.target !== form) return;
  const told = busy ? "It is saved as soon as the receipts are here." : missing(part);
  if (!told) return;
  event.preventDefault();
  event.stopPropagation(); // submit-once need not know: it is not on its way yet
  say(part, told, true);
  if (busy) queue.then(() => form.requestSubmit(event.submitter));
}

if (part) {
  const over = (is) => part.querySelector(".rc-add").classList.toggle("is-over", is);
  const brings = (event) => event.dataTransfer?.types.includes("Files");
  part.addEventListener("change", ({ target }) => {
    if (target.type !== "file") return;
    [...target.files].forEach(add);
    target.value = ""; // they are on their way
  });
  // Anywhere on the page: a file that is dropped beside must not take its place.
  document.addEventListener("dragover", (event) => brings(event) && (event.preventDefault(), over(true)));
  document.addEventListener("dragleave", (event) => event.relatedTarget || over(false));
  document.addEventListener("drop", (event) => brings(event) && (event.preventDefault(), over(false), [...event.dataTransfer.files].forEach(add)));
  document.addEventListener("paste", (event) => [...event.clipboardData.files].forEach(add));
  addEventListener("submit", later, true);
}
