// The attacked server: requests to it, and the letters that it has sent.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });
/** How long one answer may take, in ms. */
const patience = 20_000;
/** How long one reading of the mailbox counts, in ms: many cases wait for letters at the same time. */
const mailboxAge = 120;

export const sleep = (ms) => new Promise((later) => setTimeout(later, ms));

export class Target {
  #letters;
  #readAt = 0;

  /** `data` is the server's data folder where the caller knows it, `issuer` our provider where the server has it. */
  constructor(url, { data, issuer } = {}) {
    this.url = url;
    this.data = data;
    this.issuer = issuer;
    this.host = new URL(url).hostname;
    this.port = Number(new URL(url).port || 80);
  }

  /** Sends a request exactly as it is described; never follows a redirect. */
  async send(described) {
    for (;;) {
      try {
        return await this.#sent(described);
      } catch (error) {
        // The server may close an idle connection in the moment in which it is used again.
        if (!error.wasIdle) throw error;
      }
    }
  }

  #sent({ method = 'GET', path = '/', headers = {}, body } = {}) {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = { host: this.host, port: this.port, method, path, agent, setHost: false, maxHeaderSize: 1 << 20 };
    const all = { host: new URL(this.url).host, ...length, ...headers };
    return new Promise((answered, failed) => {
      const sent = request({ ...options, headers: all }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', failed);
        response.on('end', () => answered(answerOf(response, Buffer.concat(parts))));
      });
      sent.setTimeout(patience, () => sent.destroy(new Error(`no answer to ${method} ${path.slice(0, 80)}`)));
      sent.on('error', (error) => failed(Object.assign(error, { wasIdle: sent.reusedSocket && error.code === 'ECONNRESET' })));
      sent.end(body);
    });
  }

  /** Every letter, as the development mailbox lists them. */
  async letters() {
    if (Date.now() - this.#readAt > mailboxAge) {
      this.#readAt = Date.now();
      this.#letters = this.send({ path: '/dev/mailbox.json' }).then(({ text }) => JSON.parse(text));
    }
    return this.#letters;
  }

  /** The letters to an address. */
  async lettersTo(address) {
    return (await this.letters()).filter(({ to }) => to.toLowerCase().includes(address.toLowerCase()));
  }

  /** How many letters went to an address, once no more come. */
  async lettersCounted(address, quiet = 1_500) {
    let [count, since] = [-1, Date.now()];
    while (Date.now() - since < quiet) {
      const now = (await this.lettersTo(address)).length;
      if (now !== count) [count, since] = [now, Date.now()];
      await sleep(200);
    }
    return count;
  }

  /** The token of a link to an address, below `path`; waits for it. `undefined` if none comes. */
  async token(address, path, { not = [], wait = 8_000 } = {}) {
    for (const end = Date.now() + wait; Date.now() < end; await sleep(100)) {
      const links = (await this.lettersTo(address)).flatMap((letter) => letter.links);
      const found = links.map((link) => new URL(link).pathname).filter((found) => found.startsWith(path));
      const token = found.map((link) => link.slice(path.length)).find((token) => !not.includes(token));
      if (token) return token;
    }
    return undefined;
  }
}

function answerOf(response, bytes) {
  const { statusCode: status, headers } = response;
  return { status, headers, bytes, text: bytes.toString('utf8'), cookies: headers['set-cookie'] ?? [] };
}
