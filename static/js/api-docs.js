// Shows the API's description with Swagger UI. Someone who is signed in can try it out: their requests carry the page's
// CSRF token, unless a bearer token is entered, which then counts alone.
const place = document.querySelector("[data-api-docs]");

function withToken(request) {
  if (place.dataset.csrf && !request.headers.Authorization) {
    request.headers["X-CSRFToken"] = place.dataset.csrf;
  }
  return request;
}

if (place && window.SwaggerUIBundle) {
  window.SwaggerUIBundle({
    url: place.dataset.apiDocs,
    domNode: place,
    deepLinking: true,
    defaultModelsExpandDepth: -1,
    validatorUrl: null,
    requestInterceptor: withToken,
  });
}
