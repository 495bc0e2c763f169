// The three proxies: the configuration of docs/PROXIES.md, and the processes that run with it.
import { execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { freePort } from '../server.mjs';

/** The site's name in the documented configurations. */
export const host = 'accounts.example.com';
const page = resolve(import.meta.dirname, '../../../docs/PROXIES.md');
/** How long `server.keep_alive` is without a setting, in ms. The documented times fit it. */
const keepAlive = 75_000;
const startTimeout = 15_000;
const ms = (time) => `${Math.round(time)}ms`;

/**
 * What differs between the proxies. `idle` is the documented time for which the proxy keeps connections to Signet, in
 * ms, and `silence` how long it waits for more of an answer; each with the line that says so.
 */
const kinds = {
  nginx: {
    program: 'nginx',
    // It then ends the process that does its work, too.
    signal: 'SIGTERM',
    idle: { time: 60_000, line: 'keepalive_timeout 60s;', with: (time) => `keepalive_timeout ${ms(time)};` },
    silence: { line: 'proxy_read_timeout 60s;', with: (time) => `proxy_read_timeout ${ms(time)};` },
    replace: ({ http, https, signet, folder }) => [
      ['server 127.0.0.1:3000;', `server 127.0.0.1:${signet};`],
      ['listen 80;', `listen 127.0.0.1:${http};`],
      ['listen 443 ssl', `listen 127.0.0.1:${https} ssl`],
      [`/etc/ssl/certs/${host}.pem`, join(folder, 'certificate.pem')],
      [`/etc/ssl/private/${host}.pem`, join(folder, 'key.pem')],
    ],
    /** The rest of the main configuration, of which Debian's would need root. */
    around: (block, folder) => `
${process.getuid() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/proxy.log;
events {}
http {
    access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `    ${kind}_temp_path ${folder}/${kind};`).join('\n')}
${block}
}
`,
    arguments: (file, folder) => ['-p', folder, '-e', join(folder, 'proxy.log'), '-c', file],
  },

  caddy: {
    program: 'caddy',
    signal: 'SIGKILL',
    idle: { time: 60_000, line: 'keepalive 60s', with: (time) => `keepalive ${ms(time)}` },
    replace: ({ signet, folder }) => [
      ['reverse_proxy 127.0.0.1:3000', `reverse_proxy 127.0.0.1:${signet}`],
      [`${host} {`, `${host} {\n\tbind 127.0.0.1\n\ttls ${join(folder, 'certificate.pem')} ${join(folder, 'key.pem')}`],
    ],
    around: (block, _folder, { http, https }) => `{\n\tadmin off\n\thttp_port ${http}\n\thttps_port ${https}\n}\n${block}`,
    arguments: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },

  haproxy: {
    program: 'haproxy',
    signal: 'SIGKILL',
    idle: { time: 5_000, line: 'pool-purge-delay 5s', with: (time) => `pool-purge-delay ${ms(time)}` },
    silence: { line: 'timeout server 60s', with: (time) => `timeout server ${ms(time)}` },
    replace: ({ http, https, signet, folder }) => [
      ['server signet 127.0.0.1:3000', `server signet 127.0.0.1:${signet}`],
      ['bind :80', `bind 127.0.0.1:${http}`],
      ['bind :443', `bind 127.0.0.1:${https}`],
      [`/etc/haproxy/${host}.pem`, join(folder, 'both.pem')],
    ],
    around: (block) => `${block}`,
    arguments: (file) => ['-db', '-f', file],
  },
};

export const names = Object.keys(kinds);

/** The proxies that end with this process. */
const running = new Set();
process.once('exit', () => running.forEach((proxy) => proxy.stop()));

/** A running proxy of one kind in front of a port of Signet. */
export class Proxy {
  #process;
  #folder;

  /**
   * Starts a proxy. `idle` replaces the documented time for which it keeps connections to Signet, and `silence` the one
   * for which it waits for more of an answer, in ms.
   */
  static async start(name, { signet, folder, programs, http, https, idle, silence }) {
    const proxy = new Proxy();
    proxy.name = name;
    proxy.http = http ?? (await freePort());
    proxy.https = https ?? (await freePort());
    proxy.#folder = folder;
    mkdirSync(folder, { recursive: true });
    proxy.ca = certificate(folder);
    const kind = kinds[name];
    const given = { http: proxy.http, https: proxy.https, signet, folder };
    const times = [[kind.idle, idle], [kind.silence, silence]].filter(([at, time]) => at && time !== undefined);
    const shortened = times.map(([at, time]) => [at.line, at.with(time)]);
    const block = replaced(documented(name), [...kind.replace(given), ...shortened]);
    const file = join(folder, `${name}.conf`);
    writeFileSync(file, kind.around(block, folder, given));
    await proxy.#run(located(kind.program, programs), kind.arguments(file, folder));
    return proxy;
  }

  /** The site's address as browsers know it. */
  get url() {
    return `https://${host}:${this.https}`;
  }

  stop() {
    running.delete(this);
    this.#process?.kill(kinds[this.name].signal);
  }

  async #run({ file, env }, given) {
    const child = spawn(file, given, {
      env: { PATH: process.env.PATH, HOME: this.#folder, XDG_DATA_HOME: this.#folder, XDG_CONFIG_HOME: this.#folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    running.add(this);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    let ended = false;
    child.once('error', (error) => ((ended = true), (output += error.message)));
    child.once('exit', () => (ended = true));
    for (const until = Date.now() + startTimeout; !(await accepts(this.https)); ) {
      if (ended || Date.now() > until) throw new Error(`${this.name} does not start:\n${output}`);
      await new Promise((later) => setTimeout(later, 30));
    }
  }
}

/** How long a proxy keeps connections to a Signet with this `keep_alive`, in ms, as the document has it. */
export const idleFor = (name, time) => (kinds[name].idle.time * time) / keepAlive;

/** The configuration of a proxy in the document. */
function documented(name) {
  const [, block] = readFileSync(page, 'utf8').match(new RegExp(`^\`\`\`${name}\\n(.*?)^\`\`\``, 'ms')) ?? [];
  if (!block) throw new Error(`docs/PROXIES.md has no configuration for ${name}`);
  return block;
}

/** A line that is missing or there twice is a fault of this test: it would test something else than the document. */
function replaced(text, pairs) {
  for (const [old, fresh] of pairs) {
    if (text.split(old).length !== 2) throw new Error(`docs/PROXIES.md has to have "${old}" once`);
    text = text.replace(old, () => fresh);
  }
  return text;
}

/** The program of the machine, or the one that ./scripts/setup has unpacked, with its libraries. */
function located(program, unpacked) {
  for (const folder of [...process.env.PATH.split(delimiter), '/usr/sbin']) {
    const file = join(folder, program);
    if (isProgram(file)) return { file, env: {} };
  }
  const file = ['usr/sbin', 'usr/bin'].map((folder) => join(unpacked, folder, program)).find(isProgram);
  if (!file) throw new Error(`${program} is missing: run ./scripts/setup proxies`);
  const libraries = join(unpacked, 'usr/lib');
  const folders = existsSync(libraries) ? readdirSync(libraries).filter((name) => name.endsWith('-linux-gnu')) : [];
  return { file, env: { LD_LIBRARY_PATH: folders.map((name) => join(libraries, name)).join(delimiter) } };
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Writes a certificate for the site and its key; returns what a client has to trust. */
function certificate(folder) {
  const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => join(folder, name));
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...ec, '-days', '2', ...subject, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  const text = readFileSync(certificate, 'utf8');
  writeFileSync(join(folder, 'both.pem'), text + readFileSync(key, 'utf8'));
  return text;
}

/** Whether something listens at a port of this machine. */
export function accepts(port) {
  return new Promise((answered) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), answered(true)));
    socket.once('error', () => answered(false));
  });
}
