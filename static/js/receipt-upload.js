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
