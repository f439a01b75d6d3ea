// One file on its way, in the row that shows it.

const LOST = "There is no connection right now.";
const OUT = "You are signed out. Sign in in another window, then try again.";

export function refuse(row, words, again = false) {
  row.dataset.state = "failed";
  row.querySelector(".rc-about").textContent = words;
  row.querySelector(".rc-again").hidden = !again;
  row.querySelector(".rc-drop").onclick = () => drop(row);
  return `${row.querySelector(".rc-name").textContent}: ${words}`;
}

// The row as it looks when the page comes from the server.
function show(row, receipt) {
  delete row.dataset.state;
  const link = row.querySelector(".rc-open");
  link.href += receipt.id;
  if (receipt.has_thumbnail) {
    const picture = new Image();
    picture.alt = "";
    picture.src = `${link.href}/thumbnail`;
    row.querySelector(".rc-picture").replaceChildren(picture);
  }
  row.querySelector(".rc-about").textContent = `${receipt.extension.toUpperCase()}, kept when you save`;
  row.querySelectorAll("[name=receipt_id], [name=remove]").forEach((field) => (field.value = receipt.id));
  row.querySelector("[name=receipt_id]").disabled = false;
}

function drop(row) {
  row.dispatchEvent(new Event("removed"));
  row.remove();
}

// What to say of it, and the receipt where there is one now.
export function upload(part, row, file) {
  if (!row.isConnected) return { words: "" };
  const [bar, request, data] = [row.querySelector("progress"), new XMLHttpRequest(), new FormData()];
  data.append("expense_id", part.dataset.expense);
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
      const [status, answer] = [request.status, request.response];
      if (!row.isConnected) return done({ words: `${file.name} is removed.` });
      if (status >= 400 || !answer?.receipt) return done({ words: refuse(row, status === 401 ? OUT : answer?.detail || LOST, !status || status === 401 || status > 413) });
      show(row, answer.receipt);
      return done({ words: `${file.name} is here. It is kept when you save.`, receipt: answer.receipt });
    };
    request.send(data);
  });
}
