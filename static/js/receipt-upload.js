// One file on its way, in the row that shows it.

import { drop, refuse, show } from "./receipt-row.js";

const LOST = "There is no connection right now.";
const OUT = "You are signed out. Sign in in another window, then try again.";
const words = (answer) => answer?.errors?.[0]?.message || answer?.detail || LOST;

// What to say of it, and the receipt where there is one now.
export function upload(part, row, file) {
  if (!row.isConnected) return { words: "" };
  const [bar, request, data] = [row.querySelector("progress"), new XMLHttpRequest(), new FormData()];
  data.append("expense_id", part.dataset.expense);
  data.append("wait", "true"); // for the form to be saved
  data.append("receipt", file, file.name);
  row.dataset.state = "sending";
  row.querySelector(".rc-drop").onclick = () => (drop(row), request.abort());
  request.open("POST", part.dataset.receipts);
  request.responseType = "json";
  request.setRequestHeader("X-CSRFToken", row.closest("form").elements.csrf_token.value);
  request.upload.onprogress = (event) => (bar.value = (100 * event.loaded) / event.total);
  request.upload.onload = () => bar.removeAttribute("value"); // it is looked at now
  return new Promise((done) => {
    request.onloadend = () => {
      const { status, response } = request;
      const again = !status || status === 401 || status > 413;
      if (!row.isConnected) return done({ words: `${file.name} is removed.` });
      if (!response?.receipt) return done({ words: refuse(row, status === 401 ? OUT : words(response), again) });
      show(part, row, response.receipt);
      return done({ words: `${file.name} is here. It is kept when you save.`, receipt: response.receipt });
    };
    request.send(data);
  });
}

// What to say of files that are not kept, once.
export function missing(part) {
  const rows = [...part.querySelectorAll(".rc-file[data-state=failed]:not([data-told])")];
  rows.forEach((row) => (row.dataset.told = ""));
  rows[0]?.querySelector(".rc-drop").focus(); // on a phone it is far above
  const names = rows.map((row) => row.querySelector(".rc-name").textContent).join(", ");
  return names && `Not saved yet: ${names} cannot be kept. Save again to go on without it.`;
}
