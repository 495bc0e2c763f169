// A certified OpenID provider on a loopback port, with a log-in page of the tests.
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import Provider, { type Configuration } from 'oidc-provider';
import type { Settings } from './server.ts';

/** The provider's data about a person, by their log-in name. */
export interface Known {
  email: string;
  verified: boolean;
}

const client = { id: 'signet', secret: 'a secret of the tests only' };

export class OpenidProvider {
  readonly people = new Map<string, Known>();
  readonly #provider: Provider;
  #server: HttpServer | undefined;

  private constructor(
    readonly issuer: string,
    readonly id: string,
    readonly name: string,
    callback: string,
  ) {
    this.#provider = new Provider(issuer, this.#configuration(callback));
  }

  /** Starts a provider that sends people back to `signet`. */
  static async start(port: number, signet: string, id: string, name: string): Promise<OpenidProvider> {
    const provider = new OpenidProvider(`http://127.0.0.1:${port}`, id, name, `${signet}/users/auth/${id}/callback`);
    await provider.listen();
    return provider;
  }

  /** Signet's settings for it. */
  get settings(): Settings {
    const key = (name: string) => `SIGNET_PROVIDER__${this.id.toUpperCase()}__${name}`;
    return {
      [key('NAME')]: this.name,
      [key('KIND')]: 'oidc',
      [key('ISSUER')]: this.issuer,
      [key('CLIENT_ID')]: client.id,
      [key('CLIENT_SECRET')]: client.secret,
    };
  }

  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((ready, failed) => {
      server.once('error', failed);
      server.listen(Number(new URL(this.issuer).port), '127.0.0.1', ready);
    });
  }

  /** Drops its connections and stops. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    await new Promise<void>((ended) => {
      server.close(() => ended());
      server.closeAllConnections();
    });
  }

  #configuration(callback: string): Configuration {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
    const { people } = this;
    return {
      clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [callback] }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      // The ID token contains the claims of a scope, as with Google and most others.
      conformIdTokenClaims: false,
      cookies: { keys: ['a key of the tests only'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      jwks: { keys: [{ ...key, kid: 'tests', use: 'sig', alg: 'RS256' } as never] },
      pkce: { required: () => true },
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 3600, IdToken: 60, Interaction: 600, Session: 3600 },
      findAccount: (_, login) => {
        const known = people.get(login);
        return known && { accountId: login, claims: () => ({ sub: login, email: known.email, email_verified: known.verified }) };
      },
      // Consent is given without asking the person.
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({ clientId: oidc.client?.clientId, accountId: oidc.session?.accountId });
        grant.addOIDCScope('openid email');
        await grant.save();
        return grant;
      },
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!request.url?.startsWith('/interaction/')) {
      await this.#provider.callback()(request, response);
    } else if (request.method === 'POST') {
      const fields = new URLSearchParams(await read(request));
      const login = fields.get('login') ?? '';
      const known = fields.has('no') || !this.people.has(login) ? undefined : login;
      const result = known ? { login: { accountId: known } } : { error: 'access_denied', error_description: '<b>no</b>' };
      await this.#provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    } else {
      response.setHeader('content-type', 'text/html').end(logInPage(this.name));
    }
  }
}

function logInPage(name: string): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,"></head>
<body><main><h1>${name}</h1><form method="post">
<label>Login name <input name="login" autocomplete="off"></label>
<button>Go on</button> <button name="no" value="1">Say no</button>
</form></main></body></html>`;
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
