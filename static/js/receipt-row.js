// The row of a file: on its way, refused, or there, when it looks as the server makes it.

// What is not seen in a row is seen under them, too.
export function say(part, words, seen = false) {
  const place = part.querySelector(".rc-said");
  place.classList.toggle("visually-hidden", !seen);
  place.textContent = words;
}

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1e6)} MB`);

export function fresh(part, file) {
  const row = part.querySelector("template").content.firstElementChild.cloneNode(true);
  row.querySelectorAll(".rc-name").forEach((place) => (place.textContent = file.name));
  row.querySelector(".rc-about").textContent = size(file.size);
  part.querySelector(".rc-files").append(row);
  return row;
}

export function drop(row) {
  row.closest("[data-receipts]").querySelector("[multiple]").focus();
  row.remove();
}

export function refuse(row, words, again = false) {
  row.dataset.state = "failed";
  delete row.dataset.told;
  row.querySelector(".rc-about").textContent = words;
  row.querySelector(".rc-again").hidden = !again;
  row.querySelector(".rc-drop").onclick = () => drop(row);
  return `${row.querySelector(".rc-name").textContent}: ${words}`;
}

// The same file once more is the same receipt: the first row stays.
export function show(part, row, receipt) {
  const first = part.querySelector(`[name=remove][value="${receipt.id}"]`);
  if (first) {
    first.checked = false;
    return row.remove();
  }
  delete row.dataset.state;
  const link = row.querySelector(".rc-open");
  link.href += receipt.id;
  if (receipt.has_thumbnail) {
    const picture = new Image();
    picture.alt = "";
    picture.src = `${link.href}/thumbnail`;
    row.querySelector(".rc-picture").replaceChildren(picture);
  } else row.querySelector("use").setAttribute("href", "#i-file-earmark-pdf");
  row.querySelector(".rc-about").textContent = `${receipt.extension.toUpperCase()}, ${size(receipt.size)}, kept when you save`;
  row.querySelectorAll("[name=receipt_id], [name=remove]").forEach((field) => (field.value = receipt.id));
  row.querySelector("[name=receipt_id]").disabled = false;
}
