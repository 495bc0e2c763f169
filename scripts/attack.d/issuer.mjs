// An OpenID provider in the attackers' hands: its ID tokens say what a case wants, also forged ones.
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';

export const client = { id: 'signet-attack', secret: 'only-for-the-attack-script' };

const base64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export class Issuer {
  #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  #codes = new Map();
  #server;

  constructor(port, id = 'attacker') {
    this.id = id;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** The settings that make a server know this provider. */
  get settings() {
    const key = (name) => `SIGNET_PROVIDER__${this.id.toUpperCase()}__${name}`;
    const values = { NAME: 'Attacker', KIND: 'oidc', ISSUER: this.url, CLIENT_ID: client.id, CLIENT_SECRET: client.secret };
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [key(name), value]));
  }

  async listen() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    await new Promise((ready, failed) => this.#server.once('error', failed).listen(this.port, '127.0.0.1', ready));
  }

  close() {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  /** What a person's consent gives: the path of the callback with a code for `login`. `forge` changes the ID token. */
  grant(address, login, forge = {}) {
    const asked = Object.fromEntries(address.searchParams);
    const code = randomBytes(16).toString('hex');
    this.#codes.set(code, { asked, login, forge });
    const { pathname } = new URL(asked.redirect_uri);
    return { code, state: asked.state, callback: `${pathname}?state=${asked.state}&code=${code}` };
  }

  /** Changes the ID token that a code will give. */
  forge(code, forge) {
    this.#codes.get(code).forge = forge;
  }

  #answer(request, response) {
    const { pathname } = new URL(request.url, this.url);
    const answers = {
      '/.well-known/openid-configuration': () => this.#metadata(),
      '/jwks': () => ({ keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: 'attack', use: 'sig', alg: 'RS256' }] }),
    };
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const answer = pathname === '/token' ? this.#tokens(new URLSearchParams(body).get('code')) : answers[pathname]?.();
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
    });
  }

  #metadata() {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      jwks_uri: `${this.url}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      // No auth_time: so a server has to offer a mailed code for sudo mode.
      claims_supported: ['sub', 'email', 'email_verified'],
    };
  }

  #tokens(code) {
    const granted = this.#codes.get(code);
    if (!granted) return undefined;
    const { asked, login, forge } = granted;
    const now = Math.floor(Date.now() / 1000);
    const standard = { iss: this.url, aud: client.id, iat: now, exp: now + 300, auth_time: now, nonce: asked.nonce };
    const { header, signature, ...claims } = forge;
    const token = this.#signed({ ...standard, ...login, ...claims }, { alg: 'RS256', kid: 'attack', ...header }, signature);
    return { access_token: randomBytes(16).toString('hex'), token_type: 'Bearer', expires_in: 300, id_token: token };
  }

  #signed(claims, header, signature) {
    const text = `${base64(header)}.${base64(claims)}`;
    if (signature !== undefined) return `${text}.${signature}`;
    if (header.alg === 'none') return `${text}.`;
    if (header.alg === 'HS256') {
      const key = this.#keys.publicKey.export({ type: 'spki', format: 'pem' });
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    }
    return `${text}.${sign('sha256', Buffer.from(text), this.#keys.privateKey).toString('base64url')}`;
  }
}
