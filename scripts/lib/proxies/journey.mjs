// What a person does through a proxy: TLS, addresses, forms, letters, and the stream of live state.
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { askByHttp2, Browser } from './browser.mjs';
import { host } from './programs.mjs';

/** The proxy waits so long for more of a stream, in ms: longer than Signet is silent, shorter than the test listens. */
export const silence = 20_000;
/** Signet sends something on a stream at least this often, in ms. */
const heartbeat = 15_000;
/** How late an event may come, in ms. A proxy that buffers holds it back until the heartbeat or longer. */
const atOnce = 1_000;
const email = 'ada@example.com';
/** The longest text that a form comes back with. */
const longest = '𝔵'.repeat(320);
const client = '127.0.0.77';
/** What a visitor writes to appear under another address, or as if the proxy had spoken. */
const spoofed = '203.0.113.9';
const spoofing = {
  'x-forwarded-for': `${spoofed}, 127.0.0.1`,
  forwarded: `for=${spoofed};proto=http;host=evil.example`,
  'x-real-ip': spoofed,
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
};

/** The cases of one proxy. Each begins where the one before ended. */
export function journey({ proxy, signet }) {
  let ada, listening;
  return [
    ['a browser trusts its certificate, and http leads to https', async () => {
      const browser = new Browser(proxy);
      const { status, headers } = await browser.ask('/users/log-in');
      browser.close();
      assert.equal(status, 200);
      assert.match(headers['strict-transport-security'], /^max-age=\d{8}/);
      const plain = await overHttp(proxy);
      assert.ok([301, 308].includes(plain.status), `http answers ${plain.status}`);
      assert.ok(plain.location.startsWith(`https://${host}`) && plain.location.endsWith('/users/log-in'), plain.location);
    }],

    ['it speaks HTTP/2', async () => {
      const { status, text } = await askByHttp2(proxy, '/users/log-in');
      assert.equal(status, 200);
      assert.match(text, /Sign in/);
    }],

    ['a sign-up works, links have the public address, and cookies are bound to the host', async () => {
      const { browser, link } = await signet.register(proxy, email, { from: client, headers: spoofing });
      ada = browser;
      assert.ok(link.startsWith(`${proxy.url}/users/confirm/`), link);
      const session = ada.cookies.get('__Host-signet_session');
      assert.deepEqual([...session.attributes].filter((one) => !one.startsWith('Max-Age')), ['HttpOnly', 'SameSite=Lax', 'Secure', 'Path=/']);
      assert.match((await ada.ask('/dashboard')).text, /Sign out/);
    }],

    ['the log and the sessions show the address of the client, not the one that it claims', async () => {
      for (const page of ['/users/settings/sessions', '/users/settings/security-log']) {
        const { status, text } = await ada.ask(page);
        assert.equal(status, 200, page);
        assert.ok(text.includes(client), `${page} does not show ${client}`);
        assert.ok(!text.includes(spoofed), `${page} shows ${spoofed}`);
      }
    }],

    ['a form of another site is refused, and so is another host', async () => {
      const foreign = await ada.ask('/api/sign_out', { method: 'POST', headers: { origin: 'https://evil.example' } });
      assert.equal(foreign.status, 403);
      assert.match((await ada.ask('/dashboard')).text, /Sign out/);
      const other = await ada.ask('/dashboard', { headers: { host: 'evil.example' } });
      assert.ok(other.status === 421 || other.text === '', `another host gets ${other.status}`);
    }],

    ['two forms that wait for a confirmation come back with all that was typed', async () => {
      // Both go into one cookie, the longest that Signet sets.
      await ada.send('update_profile', { name: longest });
      const { headers } = await ada.send('schedule_deletion', { confirmation: longest });
      assert.ok(headers['set-cookie'].join().length > 3_900, `only ${headers['set-cookie'].join().length} bytes of cookies`);
      for (const page of ['/users/settings/delete', '/users/settings/profile']) {
        const { status, text } = await ada.ask(page);
        assert.equal(status, 200, page);
        assert.ok(text.includes(longest), `${page}: what was typed is gone`);
      }
    }],

    ['the stream tells of a change at once', async () => {
      listening = { stream: await ada.live(), since: Date.now() };
      await listening.stream.event(1);
      const elsewhere = await signet.signIn(proxy, email);
      const signedIn = Date.now();
      elsewhere.close();
      const late = (await listening.stream.event(2)) - signedIn;
      assert.ok(late < atOnce, `it came after ${late} ms`);
    }],

    ['a silent stream stays open for longer than the proxy waits for an answer', async () => {
      const { stream, since } = listening;
      const until = since + Math.max(2 * heartbeat, silence) + 2_000;
      await Promise.race([stream.ended, new Promise((later) => setTimeout(later, until - Date.now()))]);
      assert.ok(!stream.isOver, `it ended after ${Date.now() - since} ms`);
      assert.ok(stream.heartbeats >= 1, 'no heartbeat came');
      stream.close();
      ada.close();
    }],
  ];
}

/** The answer of the port without TLS. */
function overHttp(proxy) {
  return new Promise((answered, failed) => {
    const asked = get({ host: '127.0.0.1', port: proxy.http, path: '/users/log-in', headers: { host } }, (response) => {
      response.resume();
      answered({ status: response.statusCode, location: response.headers.location ?? '' });
    });
    asked.on('error', failed);
  });
}
