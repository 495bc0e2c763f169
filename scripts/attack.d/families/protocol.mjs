// The protocol below the pages: slow and stalled clients, HTTP/2, odd methods, ambiguous lengths.
import { connect as connect2, constants } from 'node:http2';
import { connect } from 'node:net';
import { sleep } from '../target.mjs';
import { dripped, exchange, lines, statuses } from '../wire.mjs';
import { inTurn, judged, notApplicable, times } from '../world.mjs';

const head = (world, line, ...more) => [line, `Host: ${new URL(world.target.url).host}`, `X-Forwarded-For: ${world.ip()}`, ...more];
/** How long a client may be slow, in ms. */
const longest = 22_000;
/** How long a client may read nothing, in ms. */
const stalledLongest = 40_000;
const cut = (ms, all = longest) => (ms === undefined ? `still open after ${all / 1000} s` : `cut after ${(ms / 1000).toFixed(1)} s`);

/** Connects by HTTP/2 without asking first; answers whether the server speaks it. */
function speaksHttp2({ url }) {
  return new Promise((answered) => {
    const session = connect2(url);
    const end = (speaks) => {
      clearTimeout(late);
      session.destroy();
      answered(speaks);
    };
    const late = setTimeout(() => end(false), 3_000);
    session.on('error', () => end(false));
    session.on('remoteSettings', () => end(true));
    session.on('close', () => end(false));
    session.request({ [constants.HTTP2_HEADER_PATH]: '/healthz' }).on('error', () => undefined);
  });
}

export const cases = [
  {
    id: 'protocol/http2',
    checklist: 'V15.2.2',
    attempt: 'HTTP/2 without asking first, of which one connection holds 200 open answers',
    run: async (world) => {
      const speaks = await speaksHttp2(world.target);
      return judged(speaks, speaks ? 'the server speaks it' : 'the server does not speak it');
    },
  },
  {
    id: 'protocol/upgrade',
    checklist: 'V4.4.2',
    attempt: 'Upgrade to h2c, to a WebSocket and to another protocol',
    run: async (world) => {
      const ways = [['Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
        ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
          ['Upgrade: TLS/1.2', 'Connection: Upgrade']];
      const answers = await inTurn(ways, (way) => exchange(world.target, lines(...head(world, 'GET /users/live HTTP/1.1', ...way)), 800));
      const codes = answers.map(({ text }) => statuses(text)[0] ?? 'closed');
      return judged(codes.includes(101), codes.join(', '));
    },
  },
  {
    id: 'protocol/slow-clients',
    checklist: 'A56, V15.2.2',
    attempt: 'a header, a body and nothing at all, a byte each second: how long does the connection stay?',
    run: async (world) => {
      const form = ['Content-Type: application/x-www-form-urlencoded', `Origin: ${world.target.url}`, 'Content-Length: 1000', '', ''];
      const [headers, body, silent] = await Promise.all([
        dripped(world.target, head(world, 'GET / HTTP/1.1', 'X-Slow: ').join('\r\n'), 'x', { wait: longest }),
        dripped(world.target, head(world, 'POST /api/sign_in HTTP/1.1', ...form).join('\r\n'), 'x', { wait: longest }),
        dripped(world.target, '', undefined, { wait: longest }),
      ]);
      return judged([headers, body, silent].some(({ ms }) => ms === undefined), `header ${cut(headers.ms)}, body ${cut(body.ms)}, silence ${cut(silent.ms)}`);
    },
  },
  {
    id: 'protocol/stalled-reader',
    checklist: 'V15.2.2',
    attempt: 'a reader who asks for the largest files again and again and reads nothing',
    run: async (world) => {
      const page = (await world.client().page('/users/log-in')).text;
      const file = page.match(/"(\/pkg\/[^"]+\.wasm)"/)?.[1] ?? '/pkg/signet.wasm';
      const { bytes } = await world.client().ask(file);
      if (bytes.length < 100_000) return notApplicable(`the server has no ${file}: LEPTOS_SITE_ROOT names the folder of its files`);
      const ms = await stalled(world, file);
      return judged(ms === undefined, cut(ms, stalledLongest));
    },
  },
  {
    id: 'protocol/many-connections',
    checklist: 'V15.2.2',
    attempt: '300 connections that send half a request, while others ask for a page',
    run: async (world) => {
      const half = head(world, 'GET / HTTP/1.1', 'X-Half: ').join('\r\n');
      const sockets = times(300).map(() => connect(world.target.port, world.target.host, function () { this.write(half); }).on('error', () => undefined));
      await sleep(1_000);
      const began = Date.now();
      const { status } = await world.target.send({ path: '/users/log-in', headers: { accept: 'text/html' } }).catch(() => ({ status: 'no answer' }));
      const ms = Date.now() - began;
      for (const socket of sockets) socket.destroy();
      return judged(status !== 200 || ms > 1_000, `the page: ${status} after ${ms} ms`);
    },
  },
  {
    id: 'protocol/smuggling',
    checklist: 'V4.2.1',
    attempt: 'requests of which two readers see different ends: two lengths, length and chunks, folded and odd headers',
    run: async (world) => {
      const { url } = world.target;
      const smuggled = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
      const post = (...more) => Buffer.concat([lines(...head(world, 'POST /api/sign_in HTTP/1.1', `Origin: ${url}`,
        'Content-Type: application/x-www-form-urlencoded', ...more)),
        Buffer.from(`0\r\n\r\n${smuggled}`)]);
      const ways = [['Content-Length: 5', 'Content-Length: 6'], ['Content-Length: 5', 'Transfer-Encoding: chunked'], ['Transfer-Encoding: xchunked',
        'Content-Length: 5'],
        ['Transfer-Encoding: chunked, identity'], ['Transfer-Encoding : chunked'], ['Content-Length: +5'], ['Content-Length: 5, 5'], ['Content-Length: 0x5'],
        ['X: y', ' Transfer-Encoding: chunked'], ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']];
      const answers = await inTurn(ways, (way) => exchange(world.target, post(...way), 1_000));
      const seen = answers.map(({ text, closed }) => ({ codes: statuses(text), closed }));
      // One answer and then the end, or a refusal: no reader in front of us can count otherwise.
      const odd = seen.filter(({ codes, closed }) => codes.length > 1 && codes[0] !== 400 && !closed);
      return judged(odd.length > 0, seen.map(({ codes }) => codes.join('+') || 'closed').join(', '));
    },
  },
  {
    id: 'protocol/broken-requests',
    checklist: 'V4.2.1',
    attempt: 'broken chunks, bare line feeds, NUL in headers, a huge header, a header list without an end',
    run: async (world) => {
      const form = ['Content-Type: application/x-www-form-urlencoded', `Origin: ${world.target.url}`, 'Transfer-Encoding: chunked'];
      const chunks = Buffer.concat([lines(...head(world, 'POST /api/sign_in HTTP/1.1', ...form)), Buffer.from('zz\r\nx\r\n0\r\n\r\n')]);
      const get = (...more) => lines(...head(world, 'GET / HTTP/1.1', ...more));
      const all = [chunks, Buffer.from(`GET / HTTP/1.1\nHost: ${new URL(world.target.url).host}\n\n`), get('X: a\0b'), get(`X: ${'x'.repeat(500_000)}`),
        get(...times(500).map((n) => `X-${n}: y`)), get('X y: z'), lines('GET / HTTP/9.9'), lines('GET'), Buffer.from('\x16\x03\x01\x02\x00\x01')];
      const answers = await inTurn(all, (bytes) => exchange(world.target, bytes, 1_000));
      const codes = answers.map(({ text }) => statuses(text)[0] ?? 'closed');
      return judged(codes.some((code) => code >= 500) || ![400, 'closed'].includes(codes[0]), codes.join(', '));
    },
  },
  {
    id: 'protocol/methods',
    checklist: 'V13.4.4',
    attempt: 'TRACE, TRACK, CONNECT, PROPFIND and invented methods: is anything echoed or done?',
    run: async (world) => {
      const { client } = await world.account();
      const methods = ['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'PUT', 'DELETE', 'PATCH', 'DEBUG', 'get', 'GETS'];
      const answers = await inTurn(methods, (method) =>
        exchange(world.target, lines(...head(world, `${method} /users/settings HTTP/1.1`, `Cookie: ${client.cookie}`, 'X-Secret: echo-me',
          'Connection: close')), 1_500));
      const codes = answers.map(({ text }) => statuses(text)[0] ?? 'closed');
      const echoed = answers.some(({ text }) => text.includes('echo-me') || text.includes(client.session));
      return judged(echoed || codes.some((code) => code < 400 || code >= 500), codes.join(', '));
    },
  },
  {
    id: 'protocol/health',
    checklist: 'V13.4.5',
    attempt: '200 readiness checks of one client under an invented name, of which each asks the database',
    run: async (world) => {
      const ip = world.ip();
      const ready = () => world.target.send({ path: '/readyz', headers: { host: 'evil.example', 'x-forwarded-for': ip } });
      const began = Date.now();
      const answers = await Promise.all(times(200).map(ready));
      const limited = answers.some(({ status }) => status >= 400);
      const said = new Set(answers.map(({ text }) => text.trim()));
      return judged(!limited, `${new Set(answers.map(({ status }) => status)).size} kinds of answer in ${Date.now() - began} ms, "${[...said][0]?.slice(0, 20)}"`);
    },
  },
];

/** Asks for a file 60 times on one connection and reads nothing; answers after how many ms the server cuts it. */
async function stalled(world, file) {
  const began = Date.now();
  let isOpen = true;
  const socket = connect(world.target.port, world.target.host);
  socket.pause();
  for (const event of ['close', 'error']) socket.on(event, () => (isOpen = false));
  socket.write(Buffer.concat(times(60).map(() => lines(...head(world, `GET ${file} HTTP/1.1`, 'Accept-Encoding: identity')))));
  while (isOpen && Date.now() - began < stalledLongest) {
    await sleep(1_000);
    // A closed connection shows only when one writes to it.
    if (Date.now() - began > 15_000) socket.write('x');
  }
  socket.destroy();
  return isOpen ? undefined : Date.now() - began;
}
