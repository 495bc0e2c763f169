// Tests the guard that listens to every other test: its complaints must be heard.
import { expect, test, type Browser, type Route } from '@playwright/test';
import { Guard } from '../support/guard.ts';

const site = 'http://signet.test/';

/** A page under a policy like ours, which violates the policy or fails otherwise. */
const page = (body: string) => async (route: Route) => {
  const headers = { 'content-security-policy': "default-src 'self'; script-src 'nonce-ours'; img-src data:" };
  const icon = '<link rel="icon" href="data:,">';
  await route.fulfill({ contentType: 'text/html', headers, body: `<!DOCTYPE html><title>A page</title>${icon}${body}` });
};

/** The complaints of the guard about one visit to a site. */
async function heard(browser: Browser, answer: (route: Route) => Promise<void>, expected?: RegExp): Promise<Guard> {
  const context = await browser.newContext();
  const guard = new Guard();
  if (expected) guard.expect(expected);
  guard.watch(context);
  await context.route(`${site}**`, (route) => answer(route));
  const looked = await context.newPage();
  await looked.goto(site).catch(() => undefined);
  await looked.evaluate(() => new Promise((soon) => setTimeout(soon, 0))).catch(() => undefined);
  await context.close();
  return guard;
}

const ours = (script: string) => page(`<script nonce="ours">${script}</script>`);

const faults: [string, (route: Route) => Promise<void>, RegExp][] = [
  ['an inline script that the policy forbids', page('<script>document.title = "Eve"</script>'), /inline script violates/],
  ['a logged error', ours("console.error('it broke')"), /it broke/],
  ['a logged warning', ours("console.warn('it may break')"), /it may break/],
  ['an uncaught error', ours("throw new Error('nobody caught it')"), /nobody caught it/],
  ['a word about hydration', ours("console.log('Hydration went wrong')"), /Hydration went wrong/],
  ['an error of the server', async (route) => route.fulfill({ status: 500, body: 'broken' }), /500 for GET/],
  ['a request that fails', async (route) => route.abort('connectionreset'), /ERR_CONNECTION_RESET/],
];

for (const [name, answer, complaint] of faults) {
  test(`${name} fails a test`, async ({ browser }) => {
    const guard = await heard(browser, answer);
    expect(() => guard.verify()).toThrow(complaint);
  });
}

test('a sound page, a refusal and what was expected fail none', async ({ browser }) => {
  (await heard(browser, ours("document.title = 'Ours'"))).verify();
  (await heard(browser, async (route) => route.fulfill({ status: 422, body: 'refused' }))).verify();
  (await heard(browser, ours("console.error('it broke')"), /it broke/)).verify();
});
