// Receipts go up as soon as they are chosen, photographed, dropped or pasted; the form is saved once they are there.

import { look } from "./receipt-offer.js";
import { refuse, upload } from "./receipt-upload.js";

const part = document.querySelector("[data-receipts]");
const form = part?.closest("form");
let [queue, busy, failed] = [Promise.resolve(), 0, false]; // one after the other: phones have little breath

function say(words) {
  part.querySelector(".rc-said").textContent = words;
}

function add(file) {
  const row = part.querySelector("template").content.firstElementChild.cloneNode(true);
  row.querySelectorAll(".rc-name").forEach((place) => (place.textContent = file.name));
  row.querySelector(".rc-again").addEventListener("click", () => send(row, file));
  row.addEventListener("removed", () => part.querySelector("[multiple]").focus());
  part.querySelector(".rc-files").append(row);
  if (file.size > part.dataset.most) say(refuse(row, "It is too large: a receipt may have up to 10 MB."));
  else send(row, file);
}

function send(row, file) {
  busy += 1;
  say(`Sending ${file.name}`);
  const sent = queue.then(() => upload(part, row, file)).then(async ({ words, receipt }) => {
    failed ||= !receipt;
    say(words);
    busy -= 1;
    if (receipt) look(form, row, say).catch(() => {}); // no offer then
  });
  queue = sent.catch(() => {});
}

if (part) {
  const area = part.querySelector(".rc-add");
  const over = (is) => area.classList.toggle("is-over", is);
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
  addEventListener("submit", (event) => {
    if (event.target !== form || !busy) return;
    event.preventDefault();
    event.stopPropagation(); // submit-once need not know: it is not on its way yet
    failed = false;
    say("It is saved as soon as the receipts are here.");
    queue.then(() => failed ? say("A receipt is missing. Save again to go on without it.") : form.requestSubmit(event.submitter));
  }, true);
}
