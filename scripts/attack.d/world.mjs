// What the cases of one family share: client addresses of their own, and accounts that are ready to be attacked.
import { Client, links, newAddress, newPassword } from './client.mjs';

/** The server refused the attack; `answer` says how. */
export const refused = (answer) => ({ verdict: 'refused', answer });
/** The attack worked; `answer` says what came of it. */
export const succeeded = (answer) => ({ verdict: 'SUCCEEDED', answer });
/** The attack cannot be tried on this server. */
export const notApplicable = (answer) => ({ verdict: 'n/a', answer });
/** `refused` where the attack did not work, else `SUCCEEDED`, with the same words. */
export const judged = (worked, answer) => (worked ? succeeded(answer) : refused(answer));

export class World {
  #clients = 0;

  /** `family` is a number: no two families use the same client addresses. */
  constructor(target, family) {
    this.target = target;
    this.family = family;
  }

  /** A client address that no other case uses. */
  ip() {
    this.#clients += 1;
    return `10.${this.family}.${this.#clients >> 8}.${this.#clients & 255}`;
  }

  client(ip = this.ip()) {
    return new Client(this.target, ip);
  }

  /** A sign-up with this address, and the browser that sent it; it is not signed in. */
  async signedUp(email = newAddress(), password = newPassword()) {
    const client = this.client();
    must(await client.post('sign_up', { email, password }), 'sign_up');
    return { email, password, client };
  }

  /** An account that waits for its address to be confirmed, and the browser that is signed in to it. */
  async waiting(email, password) {
    const account = await this.signedUp(email, password);
    must(await account.client.signIn(account.email, account.password), 'sign_in');
    return account;
  }

  /** An account with a confirmed address, and the browser that is signed in to it. */
  async account(wanted, word) {
    const { client, email, password } = await this.signedUp(wanted, word);
    const token = await this.target.token(email, links.confirm);
    must(await client.post('verify_email', { token }), 'verify_email');
    return { email, password, client };
  }

  /** Moves a browser to a fresh client address: no case is about how many requests came from the old one. */
  moved(client) {
    client.ip = this.ip();
    return client;
  }

  /** An account whose session is in sudo mode. */
  async confirmed() {
    const account = await this.account();
    await sudo(account.client, account.password);
    return account;
  }

  /** A thief who knows the password has signed in to the account from another browser. */
  async thief({ email, password }) {
    const client = this.client();
    must(await client.signIn(email, password), 'sign_in');
    return client;
  }

  /** An API token of the account, whose session is then in sudo mode. */
  async token({ client, password }, scope = 'write') {
    await sudo(client, password);
    must(await client.post('create_api_token', { name: 'attack', scope, expires: '7' }), 'create_api_token');
    const { text } = await client.page('/users/settings/api-tokens');
    return text.match(/sgn_[0-9a-f]{72}/)?.[0] ?? fail('no API token is shown');
  }

  /** Calls the API with a token. */
  api(token, path, method = 'GET') {
    const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': this.ip() };
    return this.target.send({ method, path: `/api/v1/${path}`, headers });
  }

  /** An account that has no password, but the login `login` at our provider; the browser is signed in to it. */
  async providerOnly(email = newAddress('federated')) {
    const client = this.client();
    const login = { sub: email, email, email_verified: true };
    must(await this.continueWith(client, 'sign_in', login), 'sign in with the provider');
    return { email, client, login };
  }

  /** An account without a password that may use mailed codes: its provider has not said when the person logged in. */
  async withCodes() {
    const account = await this.providerOnly();
    await this.continueWith(account.client, 'sudo', { ...account.login, auth_time: undefined });
    return account;
  }

  /** Goes through our provider and back; `login` is what the provider's ID token says. Answers the callback's answer. */
  async continueWith(client, ask, login) {
    const { callback } = await this.begin(client, ask, login);
    return client.page(callback);
  }

  /** Goes to our provider, but not back yet. */
  async begin(client, ask, login) {
    const { issuer } = this.target;
    must(await client.post('continue_with_provider', { provider: issuer.id, ask, return_to: '' }), 'continue_with_provider');
    const { text } = await client.page(`/users/auth/${issuer.id}`);
    const address = text.match(/href="([^"]*\bcode_challenge=[^"]*)"/)?.[1] ?? fail('the page leads to no provider');
    return issuer.grant(new URL(address.replaceAll('&amp;', '&')), login);
  }
}

/** Confirms sudo mode. */
export async function sudo(client, password) {
  return must(await client.post('confirm_sudo', { password }), 'confirm_sudo');
}

/** Changes the account's address from a session in sudo mode, up to the confirmation; answers the undo link's token. */
export async function changeAddress(client, from, to, target) {
  must(await client.post('request_email_change', { new_email: to }), 'request_email_change');
  const token = await target.token(to, links.change);
  must(await client.post('confirm_email_change', { token }), 'confirm_email_change');
  return (await target.token(from, links.undo)) ?? fail('no undo link came');
}

/** A step that is no attack has to work, or the case proves nothing. */
export function must(answer, step) {
  if (answer.status < 400) return answer;
  return fail(`${step} answered ${answer.status} ${answer.text.slice(0, 120)}`);
}

export function fail(why) {
  throw new Error(why);
}

/** Answers in short: the statuses and how often each came. */
export function tally(answers) {
  const counts = new Map();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => (count > 1 ? `${count}× ${status}` : `${status}`)).join(', ');
}

export const times = (count) => Array.from({ length: count }, (_, number) => number);

/** Runs `act` for each item, one after the other. */
export async function inTurn(items, act) {
  const results = [];
  for (const item of items) results.push(await act(item));
  return results;
}
