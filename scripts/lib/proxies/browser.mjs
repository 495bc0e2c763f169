// A browser without JavaScript in front of a proxy: TLS, cookies, forms, and the stream of live state.
import { connect } from 'node:http2';
import { Agent, request } from 'node:https';
import { host } from './programs.mjs';

/** How long an answer may take, in ms. */
const patience = 15_000;

export class Browser {
  #agent;
  /** The cookies by name, and the attributes that they were set with. */
  cookies = new Map();

  /** `from` is the browser's own address: any of 127.0.0.0/8. */
  constructor(proxy, { from = '127.0.0.1', headers = {} } = {}) {
    this.proxy = proxy;
    this.headers = headers;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 64, ca: proxy.ca, servername: host, localAddress: from });
  }

  close() {
    this.#agent.destroy();
  }

  /** Sends a request and returns the whole answer. Fails if the connection ends without one. */
  async ask(path, { method = 'GET', fields, headers = {} } = {}) {
    const response = await this.#open(path, method, fields, headers);
    const parts = [];
    for await (const part of response) parts.push(part);
    return { status: response.statusCode, headers: response.headers, tls: response.socket?.getProtocol?.(), text: Buffer.concat(parts).toString() };
  }

  /** Sends a form as our own pages do; fails unless the site redirects. Returns the answer. */
  async send(action, fields = {}) {
    const answer = await this.ask(`/api/${action}`, { method: 'POST', fields });
    if (answer.status !== 303) throw new Error(`${action}: ${answer.status} ${answer.text.slice(0, 500)}`);
    return answer;
  }

  /** The stream of live state. */
  async live() {
    const response = await this.#open('/users/live', 'GET', undefined, { accept: 'text/event-stream' });
    if (response.statusCode !== 200) throw new Error(`/users/live: ${response.statusCode}`);
    return new Live(response);
  }

  #open(path, method, fields, more) {
    const body = fields && new URLSearchParams(fields).toString();
    const form = method === 'POST' ? { origin: this.proxy.url, 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body ?? '') } : {};
    const cookie = [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
    const headers = { host: `${host}:${this.proxy.https}`, accept: 'text/html', ...form, ...(cookie && { cookie }), ...this.headers, ...more };
    return new Promise((answered, failed) => {
      const asked = request({ host: '127.0.0.1', port: this.proxy.https, agent: this.#agent, path, method, headers }, (response) => {
        asked.setTimeout(0);
        this.#keep(response.headers['set-cookie'] ?? []);
        answered(response);
      });
      asked.setTimeout(patience, () => asked.destroy(new Error(`no answer to ${method} ${path}`)));
      asked.on('error', failed);
      asked.end(body);
    });
  }

  #keep(lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split('; ');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
      else this.cookies.set(name, { value: pair.slice(at + 1), attributes });
    }
  }
}

/** An open stream: its events, its heartbeats, and its end. */
export class Live {
  events = [];
  heartbeats = 0;
  isOver = false;
  #response;

  constructor(response) {
    this.#response = response;
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (text) => {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) this.#read(block);
    });
    this.ended = new Promise((ended) => {
      const end = () => ((this.isOver = true), ended());
      response.on('close', end);
      response.on('error', end);
    });
  }

  #read(block) {
    const event = block.match(/^event: ?(.*)$/m)?.[1];
    if (event) this.events.push({ event, at: Date.now() });
    else this.heartbeats += 1;
  }

  /** Waits for the event with this number, from 1; returns when it came. */
  async event(number) {
    for (const until = Date.now() + patience; this.events.length < number; ) {
      if (this.isOver || Date.now() > until) throw new Error(`event ${number} of the stream did not come`);
      await new Promise((later) => setTimeout(later, 5));
    }
    return this.events[number - 1].at;
  }

  close() {
    this.#response.destroy();
  }
}

/** The answer to a request by HTTP/2. */
export function askByHttp2(proxy, path) {
  return new Promise((answered, failed) => {
    const session = connect(`https://${host}:${proxy.https}`, { ca: proxy.ca, servername: host, host: '127.0.0.1', lookup: (_name, options, found) => found(null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4) });
    session.on('error', failed);
    const stream = session.request({ ':path': path, accept: 'text/html' });
    let status, text = '';
    stream.setTimeout(patience, () => stream.destroy(new Error(`no answer to ${path} by HTTP/2`)));
    stream.on('response', (headers) => (status = headers[':status']));
    stream.on('data', (part) => (text += part));
    stream.on('error', failed);
    stream.on('end', () => (session.close(), answered({ status, text })));
  });
}
