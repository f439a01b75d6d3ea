// Swagger UI leaves some of its controls without a name, and its headings without an order. This names what it draws, as
// it draws it, for people who hear the page.
const place = document.querySelector("[data-api-docs]");

const NAMES = {
  "select:not([aria-label]), input:not([aria-label])": (control) =>
    control.closest("[data-param-name]")?.dataset.paramName || "Media type",
  "textarea:not([aria-label])": () => "Request body",
  ".close-modal:not([aria-label])": () => "Close",
  ".responses-table[role]:not([aria-label])": (table) => `Responses of ${table.id.replace(/_responses$/, "")}`,
};

function name() {
  for (const [selector, words] of Object.entries(NAMES)) {
    for (const found of place.querySelectorAll(selector)) found.setAttribute("aria-label", words(found));
  }
  for (const block of place.querySelectorAll("pre:not([tabindex])")) block.tabIndex = 0;
  for (const heading of place.querySelectorAll("h3:not([aria-level]), h4:not([aria-level]), h5:not([aria-level])")) {
    heading.setAttribute("role", "heading");
    heading.setAttribute("aria-level", String(Number(heading.tagName[1]) - 1));
  }
}

if (place) new MutationObserver(name).observe(place, { childList: true, subtree: true });
