// Holds a running server against the description of its API: schemathesis sends what the
// description allows, and much that it does not, once with a token that may read and once with
// one that may write. Its last line is `N passed, N failed`.
//
//   node scripts/lib/api.mjs SIGNET SCHEMATHESIS
import { spawn } from 'node:child_process';
import { withServer } from './server.mjs';

const [signet, schemathesis] = process.argv.slice(2);
/** The server then reads no hash.txt, so this check needs no build of the browser's half. The limits would refuse most
 * of what the check sends. */
const settings = { LEPTOS_HASH_FILES: 'false', SIGNET_LIMITS__ENABLED: 'false' };
const email = 'ada@example.com';
const password = 'plum Tractor violet 91';
/** Sessions that the token may end, besides the first browser's. */
const browsers = 5;
/** How long one run may take, in ms; it takes a few seconds. */
const limit = 120_000;

/** A browser without JavaScript: cookies, and forms that are redirected. */
class Browser {
  #cookies = new Map();

  constructor(url) {
    this.url = url;
  }

  async ask(path, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { accept: 'text/html', origin: this.url, cookie, ...init.headers };
    const answer = await fetch(this.url + path, { redirect: 'manual', ...init, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }

  async send(action, fields) {
    const answer = await this.ask(`/api/${action}`, { method: 'POST', body: new URLSearchParams(fields) });
    if (answer.status !== 303) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
  }

  async signIn() {
    await this.send('sign_in', { email, password });
  }

  /** Creates a token; it stands in the page that follows, and never again. */
  async token(scope) {
    await this.send('confirm_sudo', { password });
    await this.send('create_api_token', { name: scope, scope, expires: '7' });
    const page = await (await this.ask('/users/settings/api-tokens')).text();
    const found = page.match(/sgn_[0-9a-f]{72}/);
    if (!found) throw new Error(`no token of the scope ${scope} is shown`);
    return found[0];
  }
}

/** The token in the link of the letter that confirms the address. */
async function confirmToken(browser) {
  for (let tries = 0; tries < 200; tries += 1) {
    const letters = await (await browser.ask('/dev/mailbox.json')).json();
    const link = letters.flatMap((letter) => letter.links).find((found) => found.includes('/users/confirm/'));
    if (link) return link.split('/').at(-1);
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error('no letter came');
}

/** An account with sessions, and a browser that is signed in to it. */
async function account(url) {
  const browser = new Browser(url);
  await browser.send('sign_up', { email, password });
  await browser.send('verify_email', { token: await confirmToken(browser) });
  for (let number = 0; number < browsers; number += 1) await new Browser(url).signIn();
  return browser;
}

/** Whether everything that came back was as described. The same requests every time. */
async function conforms(url, token, folder) {
  const options = ['--checks', 'all', '--max-examples', '40', '--seed', '1', '--generation-deterministic'];
  const quiet = ['--no-color', '--warnings', 'off'];
  const header = ['-H', `Authorization: Bearer ${token}`];
  const program = ['run', `${url}/api/v1/openapi.json`, ...header, ...options, ...quiet];
  const run = spawn(schemathesis, program, { cwd: folder, stdio: 'inherit', timeout: limit });
  return (await new Promise((ended) => run.once('exit', ended))) === 0;
}

let passed = 0;
let failed = 0;
try {
  await withServer(signet, settings, async (url, folder) => {
    const browser = await account(url);
    for (const scope of ['read', 'write']) {
      const token = await browser.token(scope);
      if (await conforms(url, token, folder)) passed += 1;
      else failed += 1;
      // The token may have ended the session.
      await browser.signIn();
    }
  });
} catch (error) {
  console.error(error.message);
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
