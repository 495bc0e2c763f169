// Signet behind a proxy, as in production.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer } from '../server.mjs';
import { Browser } from './browser.mjs';
import { Letters } from './letters.mjs';

const password = 'plum Tractor violet 91';

/** The servers that end with this process. */
const running = new Set();
process.once('exit', () => running.forEach((signet) => signet.kill()));

/** A Signet with a mail server, which knows the address that its proxy will have. */
export class Signet {
  #process;
  #settings;

  static async start(program, baseUrl, more = {}) {
    const signet = new Signet();
    signet.folder = await mkdtemp(join(tmpdir(), 'signet-proxies-'));
    signet.port = await freePort();
    signet.program = program;
    signet.letters = await Letters.start();
    signet.#settings = {
      SIGNET_ENVIRONMENT: 'production',
      SIGNET_SECRET_KEY: 'kept by nothing but the test 0123456789',
      SIGNET_SERVER__BASE_URL: baseUrl,
      SIGNET_SERVER__TRUSTED_PROXIES: '["127.0.0.1"]',
      SIGNET_MAIL__TRANSPORT: signet.letters.url,
      RUST_LOG: 'error',
      // The pages need none of the site's files, so the server needs no build of the browser's half.
      LEPTOS_HASH_FILES: 'false',
      ...more,
    };
    await signet.begin();
    return signet;
  }

  /** Starts the process, also again. */
  async begin() {
    this.#process = await startServer(this.program, `http://127.0.0.1:${this.port}`, this.folder, this.#settings);
    running.add(this);
  }

  /** Ends the process as a service manager does, and waits for its end. */
  async end() {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const [code] = await ended;
    if (code !== 0) throw new Error(`Signet ended with ${code}`);
  }

  kill() {
    running.delete(this);
    this.#process?.kill('SIGKILL');
  }

  async remove() {
    this.kill();
    this.letters.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Signs a person up and confirms the address; returns the browser, and the link of the letter. */
  async register(proxy, email, options) {
    const browser = new Browser(proxy, options);
    await browser.send('sign_up', { email, password });
    const link = await this.letters.link('/users/confirm/');
    await browser.send('verify_email', { token: link.split('/').at(-1) });
    return { browser, link };
  }

  async signIn(proxy, email, options) {
    const browser = new Browser(proxy, options);
    await browser.send('sign_in', { email, password });
    return browser;
  }
}
