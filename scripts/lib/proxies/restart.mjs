// Signet ends under a proxy and starts again, while requests and a stream are under way.
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';
import { accepts } from './programs.mjs';

const email = 'ada@example.com';
/** The pause between two requests, in ms. */
const pause = 25;
/** How long requests go on before the end and after the start, in ms. */
const around = 500;
/** What a proxy answers while it does not reach Signet. HAProxy closes the connection if it has sent the request. */
const unreachable = { nginx: [502], caddy: [502], haproxy: [503, 'ECONNRESET'] };
/** A request that a proxy sends into a connection which Signet is closing is lost, in the first ms after Signet listens
 * no more. */
const closing = 100;
/** How long Signet may take until it listens no more, in ms. */
const endTimeout = 10_000;
/** These proxies let requests wait for the next process: for five seconds, and certainly for so many ms. */
const waiting = ['caddy', 'haproxy'];
const patience = 4_000;

/** The cases of one proxy. */
export function restart({ name, proxy, signet, provider }) {
  let ada, stream, seen;
  return [
    ['a request that is under way when Signet ends is answered', async () => {
      ({ browser: ada } = await signet.register(proxy, email));
      stream = await ada.live();
      await stream.event(1);
      const asking = requests(proxy);
      await later(around);
      // Signet waits for the provider, which answers only when Signet listens no more.
      const slow = pageBefore(proxy);
      await Promise.race([provider.asked, slow.then(() => assert.fail('Signet did not ask the provider'))]);
      const times = { end: Date.now() };
      const shut = async () => {
        await noneListens(signet.port);
        times.shut = Date.now();
        provider.answer();
      };
      await Promise.all([signet.end(), shut()]);
      await signet.begin();
      times.ready = Date.now();
      await later(around);
      seen = { ...times, answers: await asking.stop() };
      const { text } = await slow;
      assert.ok(text.includes("Acme can't be reached"), `it was answered with ${text.slice(0, 500)}`);
    }],

    ['requests fail only while no process listens', async () => {
      const { end, shut, ready, answers } = seen;
      const failed = answers.filter(({ came }) => ![200, 303].includes(came));
      const wrong = failed.filter(({ began, came }) => began < end - pause || began > ready || !unreachable[name].includes(came));
      assert.equal(wrong.length, 0, `${wrong.length} of ${answers.length}, such as ${JSON.stringify(wrong[0])}; Signet ended at ${end}`);
      assert.ok(answers.some(({ began }) => began > ready), 'no request was sent after the restart');
      const waited = failed.filter(({ began }) => waiting.includes(name) && began > shut + closing);
      const impatient = waited.filter(({ began }) => began > ready - patience);
      assert.equal(impatient.length, 0, `${impatient.length} did not wait, such as ${JSON.stringify(impatient[0])}`);
      return `${failed.length} of ${answers.length} failed in ${ready - end} ms`;
    }],

    ['a stream ends with Signet, and a new one works', async () => {
      await stream.ended;
      const again = await ada.live();
      await again.event(1);
      const elsewhere = await signet.signIn(proxy, email);
      await again.event(2);
      again.close();
      for (const browser of [ada, elsewhere]) browser.close();
    }],
  ];
}

/** Opens the page before the provider, for which Signet asks the provider. */
async function pageBefore(proxy) {
  const browser = new Browser(proxy);
  try {
    const { headers } = await browser.send('continue_with_provider', { provider: 'acme' });
    const { pathname, search } = new URL(headers.location, proxy.url);
    return await browser.ask(pathname + search);
  } finally {
    browser.close();
  }
}

/** Waits until nothing listens at a port. */
async function noneListens(port) {
  for (const until = Date.now() + endTimeout; await accepts(port); await later(5)) {
    if (Date.now() > until) throw new Error('Signet goes on listening');
  }
}

/** Sends a request every few ms, until it is stopped: what came of each, and when it began. */
function requests(proxy) {
  const browser = new Browser(proxy, { headers: { 'sec-fetch-site': 'same-origin' } });
  const answers = [];
  let number = 0;
  const timer = setInterval(() => {
    number += 1;
    const [method, path] = number % 2 === 0 ? ['POST', '/api/sign_out'] : ['GET', '/users/log-in'];
    const began = Date.now();
    const came = browser.ask(path, { method }).then(({ status }) => status, (error) => error.code ?? error.message);
    answers.push(came.then((what) => ({ began, method, came: what })));
  }, pause);
  return {
    async stop() {
      clearInterval(timer);
      const all = await Promise.all(answers);
      browser.close();
      return all;
    },
  };
}

const later = (time) => new Promise((done) => setTimeout(done, time));
