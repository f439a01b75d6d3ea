// Shows the API's description with Swagger UI. Someone who is signed in can try it out: their requests carry the page's
// CSRF token, unless a bearer token is entered, which then counts alone.
const place = document.querySelector("[data-api-docs]");
const dark = matchMedia("(prefers-color-scheme: dark)");

function withToken(request) {
  if (place.dataset.csrf && !request.headers.Authorization) {
    request.headers["X-CSRFToken"] = place.dataset.csrf;
  }
  return request;
}

function followTheme() {
  const chosen = document.documentElement.dataset.bsTheme;
  document.documentElement.classList.toggle("dark-mode", chosen === "dark" || (chosen !== "light" && dark.matches));
}

if (place && window.SwaggerUIBundle) {
  followTheme();
  dark.addEventListener("change", followTheme);
  window.SwaggerUIBundle({
    url: place.dataset.apiDocs,
    domNode: place,
    syntaxHighlight: false,
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
    requestInterceptor: withToken,
  });
}
