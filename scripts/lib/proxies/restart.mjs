// Signet ends under a proxy and starts again, while requests and a stream are under way.
import assert from 'node:assert/strict';
import { Browser } from './browser.mjs';

const email = 'ada@example.com';
/** The pause between two requests, in ms. */
const pause = 25;
/** How long requests go on before the end and after the start, in ms. */
const around = 500;
/** What a proxy answers while it does not reach Signet. HAProxy closes the connection if it has sent the request. */
const unreachable = { nginx: [502], caddy: [502], haproxy: [503, 'ECONNRESET'] };
/** A request that a proxy sends into a connection which Signet is closing is lost, in the first ms after the end. */
const closing = 100;
/** These proxies let requests wait for the next process: for five seconds, and certainly for so many ms. */
const waiting = ['caddy', 'haproxy'];
const patience = 4_000;

/** The cases of one proxy. */
export function restart({ name, proxy, signet }) {
  let ada, stream, seen;
  return [
    ['a request that is under way when Signet ends is answered', async () => {
      ({ browser: ada } = await signet.register(proxy, email));
      stream = await ada.live();
      await stream.event(1);
      const asking = requests(proxy);
      await later(around);
      // Hashing its password takes longer than the pause after it.
      const slow = signet.signIn(proxy, email);
      await later(100);
      const times = { end: Date.now() };
      await signet.end();
      times.down = Date.now();
      await signet.begin();
      times.ready = Date.now();
      await later(around);
      seen = { ...times, answers: await asking.stop() };
      const signedIn = await slow;
      assert.ok(signedIn.cookies.has('__Host-signet_session'), 'it was answered without a session');
      signedIn.close();
      assert.ok(seen.down - seen.end > 100, 'the request was over before the end');
    }],

    ['requests fail only while no process listens', async () => {
      const { end, ready, answers } = seen;
      const failed = answers.filter(({ came }) => ![200, 303].includes(came));
      const wrong = failed.filter(({ began, came }) => began < end - pause || began > ready || !unreachable[name].includes(came));
      assert.equal(wrong.length, 0, `${wrong.length} of ${answers.length}, such as ${JSON.stringify(wrong[0])}; Signet ended at ${end}`);
      assert.ok(answers.some(({ began }) => began > ready), 'no request was sent after the restart');
      const waited = failed.filter(({ began }) => waiting.includes(name) && began > end + closing);
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
