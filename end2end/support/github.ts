// A GitHub on a loopback port, with the endpoints that Signet uses.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { Settings } from './server.ts';

const accessToken = 'gho_of_the_tests';

export class Github {
  email = 'octo@example.com';
  readonly #codes = new Map<string, string>();
  readonly #server: HttpServer;

  private constructor(readonly url: string) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(port: number): Promise<Github> {
    const github = new Github(`http://127.0.0.1:${port}`);
    await new Promise<void>((ready, failed) => {
      github.#server.once('error', failed);
      github.#server.listen(port, '127.0.0.1', ready);
    });
    return github;
  }

  /** Signet's settings for it. */
  get settings(): Settings {
    return {
      SIGNET_PROVIDER__GITHUB__NAME: 'GitHub',
      SIGNET_PROVIDER__GITHUB__KIND: 'github',
      SIGNET_PROVIDER__GITHUB__ISSUER: this.url,
      SIGNET_PROVIDER__GITHUB__CLIENT_ID: 'signet',
      SIGNET_PROVIDER__GITHUB__CLIENT_SECRET: 'a secret of the tests only',
    };
  }

  async stop(): Promise<void> {
    await new Promise<void>((ended) => {
      this.#server.close(() => ended());
      this.#server.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const json = (body: unknown) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    switch (url.pathname) {
      case '/login/oauth/authorize':
        return void response.setHeader('content-type', 'text/html').end(this.#approvalPage(url));
      case '/login/oauth/access_token':
        return void json(await this.#token(request));
      case '/api/v3/user':
        return void json(this.#allowed(request) ? { id: 1815, login: 'octo', email: null } : {});
      case '/api/v3/user/emails':
        return void json(this.#allowed(request) ? [{ email: this.email, primary: true, verified: true }] : []);
      default:
        response.writeHead(404).end();
    }
  }

  /** A page with one link, which does what GitHub's own page does. */
  #approvalPage(asked: URL): string {
    const code = randomBytes(8).toString('hex');
    const back = new URL(asked.searchParams.get('redirect_uri') ?? '');
    this.#codes.set(code, back.href);
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.searchParams.get('state') ?? '');
    return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>GitHub</title><link rel="icon" href="data:,"></head>
<body><main><h1>GitHub</h1><a href="${back.href.replaceAll('&', '&amp;')}">Authorize</a></main></body></html>`;
  }

  async #token(request: IncomingMessage): Promise<object> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const fields = new URLSearchParams(body);
    const code = fields.get('code') ?? '';
    const fits = this.#codes.get(code) === fields.get('redirect_uri') && fields.has('code_verifier');
    this.#codes.delete(code);
    return fits ? { access_token: accessToken, token_type: 'bearer', scope: 'user:email' } : { error: 'bad_verification_code' };
  }

  #allowed(request: IncomingMessage): boolean {
    return request.headers.authorization === `Bearer ${accessToken}`;
  }
}
