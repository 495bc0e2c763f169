// Requests at the moment when Signet or the proxy closes an idle connection.
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';
import { idleFor, Proxy } from './programs.mjs';
import { startRelay } from './relay.mjs';

/** `server.keep_alive`, in ms. The proxies' times are shortened in the same proportion. */
export const keepAlive = 2_000;
/** How long a byte takes between proxy and Signet, in ms. */
const delay = 25;
/** How many connections are used again at a time, one request on each. */
const together = 32;
/** The requests of one round begin in so many ms, so that they meet the moment from both sides. */
const spread = 30;
/** How long connections wait before they are used again, in ms, besides the time of the proxy. What the proxy sends up
 * to `delay` before and after Signet's end of a connection meets it. */
const waits = [75, 55, 35, 15].map((before) => keepAlive - before);

/** What came of the requests through a proxy that keeps idle connections for `idle` ms. */
async function lost({ name, signet, folder, programs, idle }) {
  const relay = await startRelay(signet.port, delay);
  const proxy = await Proxy.start(name, { signet: relay.port, folder, programs, idle });
  const browser = new Browser(proxy, { headers: { 'sec-fetch-site': 'same-origin' } });
  const found = { sent: 0, lost: [] };
  const send = async (method, path, expected) => {
    const came = await browser.ask(path, { method }).then(({ status }) => status, (error) => error.code ?? error.message);
    found.sent += 1;
    if (came !== expected) found.lost.push(`${method} ${came}`);
  };
  const all = (act) => Promise.all(Array.from({ length: together }, (_, number) => act(number)));
  try {
    for (const wait of [idleFor(name, keepAlive) - spread / 2, ...waits]) {
      // All at once, so that the proxy opens as many connections.
      await all(() => send('GET', '/healthz', 200));
      await later(wait);
      await all(async (number) => {
        await later((number * spread) / together);
        await (number % 4 === 0 ? send('GET', '/healthz', 200) : send('POST', '/api/sign_out', 303));
      });
    }
  } finally {
    browser.close();
    proxy.stop();
    relay.stop();
  }
  return found;
}

/**
 * The cases of one proxy. The figures go into what is printed. Only the long tests run the second one: it has to meet a
 * moment of `2 * delay`, which a busy machine misses.
 */
export function edge({ name, signet, folder, programs, isLong }) {
  const given = { name, signet, programs };
  // Both at a time; the second case waits for what the first has begun.
  let tooLong;
  const cases = [
    ['no request is lost at the edge of the idle time', async () => {
      if (isLong) tooLong = lost({ ...given, folder: `${folder}/wrong`, idle: 20 * keepAlive });
      tooLong?.catch(() => {});
      const found = await lost({ ...given, folder: `${folder}/right`, idle: idleFor(name, keepAlive) });
      assert.equal(found.lost.length, 0, `lost ${told(found)}`);
      return `${found.sent} requests`;
    }],

    ['a proxy that keeps connections for longer than Signet loses requests', async () => {
      const found = await tooLong;
      assert.ok(found.lost.length > 0, `all of ${found.sent} requests were answered, so the case above shows nothing`);
      return `lost ${told(found)}`;
    }],
  ];
  return isLong ? cases : cases.slice(0, 1);
}

function told({ sent, lost }) {
  const counts = Object.entries(grouped(lost)).map(([what, all]) => `${all.length} × ${what}`);
  return `${lost.length} of ${sent}: ${counts.join(', ')}`;
}

function grouped(list) {
  const groups = {};
  for (const one of list) (groups[one] ??= []).push(one);
  return groups;
}

const later = (time) => new Promise((done) => setTimeout(done, time));
