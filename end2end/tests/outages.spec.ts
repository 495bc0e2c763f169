// The database, the mail server or the process itself goes away and comes back.
import { expectAccessible, expectNoSidewaysScrolling } from '../support/accessible.ts';
import { expect, test } from '../support/outside.ts';
import { ada, confirmAddress, register, signUp } from '../support/steps.ts';
import type { Server } from '../support/server.ts';
import type { Visitor } from '../support/visitor.ts';

/** An honest page takes a few milliseconds; a page that waits for another server takes many seconds. */
const prompt = 1_000;

async function expectReady(server: Server, status: number, parts: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${server.url}/readyz`);
  expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining(parts)]);
}

/** The page that is shown when no other can be. */
async function expectTrouble(visitor: Visitor, status: number, title: string, words: RegExp): Promise<void> {
  const answer = await visitor.page.goto('/dashboard');
  expect(answer?.status()).toBe(status);
  await expect(visitor.heading(title)).toBeVisible();
  await visitor.expectText(words);
  await expect(visitor.page.getByRole('link', { name: 'Go to the home page' })).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await visitor.page.emulateMedia({ colorScheme });
    await expectAccessible(visitor.page);
  }
  await visitor.page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScrolling(visitor.page);
}

test('without its database it says so, keeps everybody signed in, and goes on when it is back', async ({ visitor, mailbox, server, databaseGate, guard }) => {
  test.setTimeout(120_000);
  guard.expect(/^503 for|status of 503/);
  const person = ada();
  await register(visitor, mailbox, person);
  const cookies = await visitor.page.context().cookies();

  await databaseGate.shut();
  await expectTrouble(visitor, 503, 'Not available right now', /nothing was changed\. Try again in a minute/);
  expect(await visitor.page.context().cookies()).toEqual(cookies);
  await expectReady(server, 503, { database: false });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  // The workers notice too; they start again by themselves.
  await expect.poll(() => server.output, { timeout: 30_000 }).toMatch(/worker broke off.*send_letter/);

  await databaseGate.open();
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
  await visitor.open('/dashboard');
  await visitor.expectSignedIn();
  await visitor.open('/users/reset-password');
  await visitor.submit({ Email: person.email }, 'Send reset link');
  await mailbox.link(person.email, 'resetPassword');
});

test('a page that breaks says so, with the number of the request', async ({ visitor, mailbox, database, guard }) => {
  guard.expect(/^500 for|status of 500/);
  await register(visitor, mailbox, ada());
  await database.column('ALTER TABLE signet_sessions RENAME TO lost');
  await expectTrouble(visitor, 500, 'Something went wrong', /nothing was changed\. Reference \d+\./);
});

test('a silent mail server keeps no page waiting, and afterwards every letter comes once', async ({ visitor, mailbox, server, database, mailGate }) => {
  test.setTimeout(120_000);
  await register(visitor, mailbox, ada());
  mailGate.silence();
  const took: Record<string, number> = {};
  const timed = async (what: string, work: () => Promise<Response>) => {
    const begun = performance.now();
    expect((await work()).status, what).toBe(200);
    took[what] = performance.now() - begun;
  };
  const addresses = Array.from({ length: 8 }, (_, number) => `ada${number}@example.com`);
  for (const email of addresses) {
    const body = new URLSearchParams({ email, password: ada().password });
    await timed(`sign up ${email}`, () => fetch(`${server.url}/api/sign_up`, { method: 'POST', body, headers: { origin: server.url } }));
  }
  await expect.poll(() => mailGate.calls, { message: 'letters wait for the silent server' }).toBeGreaterThanOrEqual(4);
  for (const path of ['/', '/users/log-in', '/users/register', '/readyz']) await timed(path, () => fetch(`${server.url}${path}`));
  expect(Object.entries(took).filter(([, time]) => time > prompt)).toEqual([]);
  expect(await database.column('SELECT COUNT(*)::int FROM signet_letters')).toEqual([addresses.length]);

  await mailGate.open();
  for (const address of addresses) await mailbox.count(address, 1);
  await expect.poll(() => database.column('SELECT COUNT(*)::int FROM signet_letters')).toEqual([0]);
  for (const address of addresses) expect(await mailbox.to(address), address).toHaveLength(1);
});

test('what a killed server could not send is sent by the next one', async ({ visitor, mailbox, server, smtp, mailGate, database, guard }) => {
  test.setTimeout(90_000);
  guard.expect(/ERR_|Failed to load|EventSource/);
  const person = ada();
  await mailGate.shut();
  await signUp(visitor, person);
  await expect.poll(() => server.output, { message: 'it has tried' }).toContain('letter not sent');
  // The log says so before the database does, and a claimed letter stays claimed for two minutes.
  await expect.poll(() => database.column('SELECT attempts::int FROM signet_letters WHERE claimed_until IS NULL')).toEqual([1]);
  await server.kill();
  expect(await smtp.letters()).toEqual([]);

  await mailGate.open();
  await server.start();
  await confirmAddress(visitor, mailbox, person);
});
