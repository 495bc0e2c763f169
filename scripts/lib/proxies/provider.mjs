// A provider that answers when a test says so. A request for which Signet asks it is under way for as long.
import { createServer } from 'node:http';

export async function startProvider() {
  const waiting = [];
  let isSilent = true;
  let tell;
  const asked = new Promise((done) => (tell = done));
  const refuse = (response) => response.writeHead(503).end();
  const server = createServer((_request, response) => {
    if (!isSilent) return refuse(response);
    waiting.push(response);
    tell();
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const settings = { NAME: 'Acme', KIND: 'oidc', ISSUER: issuer, CLIENT_ID: 'signet', CLIENT_SECRET: 'of the test' };
  return {
    /** The settings by which Signet knows it. */
    settings: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`SIGNET_PROVIDER__ACME__${key}`, value])),
    /** Resolves when Signet has asked it for the first time. */
    asked,
    /** Answers, from now on at once, that it does not work. */
    answer() {
      isSilent = false;
      waiting.splice(0).forEach(refuse);
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
