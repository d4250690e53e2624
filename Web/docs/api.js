// Shows /openapi.json with Swagger UI, where that is installed. Who registers or signs in from the
// page is authorized in it at once.

const SIGN_IN = /\/auth\/(register|login|refresh)$/;

function show(SwaggerUIBundle) {
  const ui = SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    docExpansion: 'list',
    filter: true,
    tryItOutEnabled: true,
    // Nothing is asked of anybody else.
    validatorUrl: null,
    responseInterceptor(response) {
      const token = SIGN_IN.test(response.url) && response.ok ? accessToken(response.text) : null;
      if (token) ui.preauthorizeApiKey('bearer', token);
      return response;
    },
  });
}

function accessToken(text) {
  const answer = JSON.parse(text);
  return (answer.tokens ?? answer).access_token;
}

if (window.SwaggerUIBundle) {
  document.getElementById('missing').hidden = true;
  show(window.SwaggerUIBundle);
}
