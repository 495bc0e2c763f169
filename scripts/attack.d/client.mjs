// A browser with cookies and an address of its own, and the steps that attackers and owners take in it.
import { randomBytes } from 'node:crypto';

/** The paths of mailed links, before the token. */
export const links = {
  confirm: '/users/confirm/',
  reset: '/users/reset-password/',
  change: '/users/settings/confirm-email/',
  cancel: '/users/email-change/cancel/',
  undo: '/users/email-change/undo/',
  keep: '/users/keep/',
};

export const tag = (bytes = 5) => randomBytes(bytes).toString('hex');
export const newPassword = () => `plum Tractor ${tag()} violet`;
export const newAddress = (who = 'owner') => `${who}-${tag()}@example.com`;

export class Client {
  cookies = new Map();

  /** `ip` is the address that the trusted proxy on this machine names. */
  constructor(target, ip, agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0') {
    this.target = target;
    this.ip = ip;
    this.agent = agent;
  }

  get cookie() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** The session's token: the value of the cookie. */
  get session() {
    return this.cookies.get('signet_session');
  }

  /** Sends a request with this browser's cookies, and keeps those of the answer. */
  async ask(path, { method = 'GET', headers = {}, body } = {}) {
    const cookie = this.cookies.size > 0 ? { cookie: this.cookie } : {};
    const own = { 'x-forwarded-for': this.ip, 'user-agent': this.agent, ...cookie };
    const answer = await this.target.send({ method, path, headers: without({ ...own, ...headers }), body });
    for (const line of answer.cookies) this.#keep(line);
    return answer;
  }

  #keep(line) {
    const [pair, ...attributes] = line.split(';').map((part) => part.trim());
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  /** Opens a page as a browser does. */
  page(path, headers = {}) {
    return this.ask(path, { headers: { accept: 'text/html', ...headers } });
  }

  /** Calls an action as the site's own script does. A header of `undefined` is left out. */
  post(action, fields = {}, headers = {}) {
    const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString();
    return this.ask(`/api/${action}`, { method: 'POST', body, headers: { ...form, origin: this.target.url, ...headers } });
  }

  /** Sends a form without the script: the answer is a redirect. */
  form(action, fields = {}, headers = {}) {
    return this.post(action, fields, { accept: 'text/html', ...headers });
  }

  /** Presses the button of the form of a page, whichever action that is; `typed` is what the person fills in. */
  async press(path, typed = {}) {
    const { text } = await this.page(path);
    const forms = [...text.matchAll(/<form\b[^>]*action="\/api\/([a-z_]+)"[^>]*>(.*?)<\/form>/gs)];
    const [, action, inside] = forms.find(([, name]) => name !== 'sign_out') ?? [];
    if (!action) return undefined;
    const inputs = [...inside.matchAll(/<input\b[^>]*>/g)].map(([input]) => input).filter(isSent);
    const fields = inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value') ?? 'on']);
    return this.post(action, [...fields.filter(([name]) => name && !(name in typed)), ...Object.entries(typed)]);
  }

  signIn(email, password) {
    return this.post('sign_in', { email, password });
  }

  /** Whether this browser is signed in to an account that is verified and open. */
  async isIn() {
    return (await this.page('/dashboard')).status === 200;
  }

  /** The address of the account that this browser is signed in to. */
  async whose() {
    const { status, text } = await this.page('/users/settings/email');
    return status === 200 ? text.match(/[\w.+-]+@[\w.-]*example\.(?:com|org|net)/)?.[0] : undefined;
  }
}

function attribute(tag, name) {
  return tag.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1].replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

function without(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

/** A box is sent only if it is ticked. */
function isSent(input) {
  return !/type="(?:checkbox|radio)"/.test(input) || /\schecked\b/.test(input);
}
