// Open pages follow, without being loaded again, what happens in other tabs, browsers and processes.
import { randomBytes } from 'node:crypto';
import { expect, test } from '../support/fixtures.ts';
import { Database } from '../support/postgres.ts';
import { DevMailbox, Mailbox } from '../support/mailbox.ts';
import { Server } from '../support/server.ts';
import { ada, agreeWithSudo, confirmItsMe, newPassword, questions, register, requestEmailChange, scheduleDeletion, signIn, signUp, type Person } from '../support/steps.ts';
import { Visitor } from '../support/visitor.ts';

/** The limit that the contract promises (behaviour §4), in milliseconds. */
const soon = { timeout: 2_000 };
const wanted = 'countess@example.com';
const sessions = '/users/settings/sessions';

/** Another tab of the same browser, on a page of its own. */
async function anotherTab(visitor: Visitor, path: string): Promise<Visitor> {
  const tab = new Visitor(await visitor.page.context().newPage(), visitor.javascript);
  await listening(tab, path);
  return tab;
}

/** Opens a page and waits until its stream is open. */
async function listening(visitor: Visitor, path: string): Promise<void> {
  const listens = visitor.page.waitForResponse((response) => response.url().endsWith('/users/live'));
  await visitor.open(path);
  await listens;
}

/** Puts a mark into the page that loading it again would remove. */
const mark = (visitor: Visitor) => visitor.page.evaluate(() => document.body.setAttribute('data-test', 'the same'));

async function expectNotLoadedAgain(visitor: Visitor): Promise<void> {
  await expect(visitor.page.locator('body')).toHaveAttribute('data-test', 'the same');
}

/** Checks that the page shows nothing of the account, and says why. */
async function expectEmptied(visitor: Visitor, person: Person): Promise<void> {
  await expect(visitor.heading('You were signed out')).toBeVisible(soon);
  await visitor.expectText('Sign in again to continue.');
  await expect(visitor.heading('You were signed out')).toBeFocused();
  await expect(visitor.page).toHaveTitle('You were signed out · Signet');
  expect(await visitor.page.content()).not.toContain(person.email);
  await expect(visitor.button('Sign out')).toHaveCount(0);
}

async function changePassword(visitor: Visitor, person: Person): Promise<void> {
  await visitor.open('/users/settings/password');
  await visitor.submit({ 'Current password': person.password, 'New password': newPassword }, 'Change password');
  await visitor.expectText(/Password changed\./);
}

test.describe('with JavaScript', () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, 'nothing follows without it');

  test('a session that is ended elsewhere leaves nothing of the account in the page', async ({ visitor, anotherVisitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    await listening(visitor, '/users/settings/email');
    await visitor.fill({ 'New email': 'typed@example.com' }, 'Change email');
    const other = await anotherVisitor();
    await signIn(other, person);

    await changePassword(other, person);
    await expectEmptied(visitor, person);
    expect(await visitor.page.content()).not.toContain('typed@example.com');
    await visitor.expectSound();
    await visitor.page.goBack();
    await visitor.at('/users/log-in');
    await visitor.expectSignedOut();
  });

  test('a session that is revoked from another browser leaves nothing of the account in the page', async ({ visitor, anotherVisitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    await listening(visitor, '/users/settings/email');
    const other = await anotherVisitor();
    await signIn(other, person);

    await other.open(sessions);
    const revoke = other.page.getByRole('button', { name: /^Revoke / });
    await revoke.click();
    await confirmItsMe(other, sessions, person.password);
    await revoke.click();
    await expectEmptied(visitor, person);
    await other.expectText('That session was signed out.');
    await visitor.page.goto('/dashboard');
    await visitor.at('/users/log-in');
  });

  test('it leads to signing in and back', async ({ visitor, anotherVisitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    await listening(visitor, '/users/settings/profile');
    const other = await anotherVisitor();
    await signIn(other, person);
    await changePassword(other, person);
    await expectEmptied(visitor, person);
    await visitor.page.getByRole('link', { name: 'Sign in again' }).click();
    await visitor.at('/users/log-in');
    await visitor.submit({ Email: person.email, Password: newPassword }, 'Sign in');
    await visitor.at('/users/settings/profile');
  });

  test('signing out in one tab empties the others', async ({ visitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    const [log, home] = [await anotherTab(visitor, '/users/settings/security-log'), await anotherTab(visitor, '/')];
    await visitor.press('Sign out');
    for (const tab of [log, home]) await expectEmptied(tab, person);
    await visitor.expectText("You're signed out.");
    await visitor.at('/users/log-in');
  });

  test('an e-mail change shows in another tab, and what is typed there stays', async ({ visitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    const tab = await anotherTab(visitor, '/users/settings/email');
    await mark(tab);
    await tab.fill({ 'New email': 'half a thou' }, 'Change email');

    await requestEmailChange(visitor, person, wanted);
    await expect(tab.button('Cancel change')).toBeVisible(soon);
    await expect(tab.page.getByRole('main').getByText(wanted)).toBeVisible();
    await expect(tab.page.getByRole('status').filter({ hasText: 'This page was updated.' })).toHaveCount(1);
    await expect(tab.field('New email', 'Change email')).toHaveValue('half a thou');
    await expect(tab.field('New email', 'Change email')).toBeFocused();
    await expectNotLoadedAgain(tab);
    await tab.expectSound();

    await tab.press('Cancel change');
    await tab.at('/users/settings/email');
    await tab.expectText('The change was cancelled.');
    await expect(visitor.button('Cancel change')).toBeHidden(soon);
  });

  test('a part with the keyboard in it waits', async ({ visitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    await requestEmailChange(visitor, person, wanted);
    const tab = await anotherTab(visitor, '/users/settings/email');
    await tab.button('Cancel change').focus();
    await visitor.press('Cancel change');
    await visitor.expectText('The change was cancelled.');
    const newest = (await pageVersion(visitor))!;
    await expect(tab.page.locator('[data-digest]')).toHaveAttribute('data-digest', newest, soon);
    await expect(tab.button('Cancel change')).toBeFocused();
    await tab.field('New email', 'Change email').focus();
    await expect(tab.button('Cancel change')).toBeHidden(soon);
    await expect(tab.field('New email', 'Change email')).toBeFocused();
  });

  test('a confirmed address shows in the tab that waits for it', async ({ visitor, mailbox }) => {
    const person = ada();
    await signUp(visitor, person);
    await visitor.open('/users/log-in');
    await visitor.submit({ Email: person.email, Password: person.password }, 'Sign in');
    await visitor.at('/users/settings');
    await expect(visitor.button('Resend confirmation')).toBeVisible();
    await mark(visitor);
    const tab = await anotherTab(visitor, '/');
    await tab.open(await mailbox.link(person.email, 'confirm'));
    await tab.press('Confirm address');
    await expect(visitor.button('Resend confirmation')).toBeHidden(soon);
    await expect(visitor.page.getByRole('link', { name: 'Change name' })).toBeVisible();
    await expect(visitor.page.getByRole('link', { name: 'Security log' }).first()).toBeVisible();
    await expectNotLoadedAgain(visitor);
    await visitor.expectSound();
  });

  test('what happens shows in an open security log', async ({ visitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    const tab = await anotherTab(visitor, '/users/settings/security-log');
    await mark(tab);
    await visitor.open('/users/settings/profile');
    await visitor.submit({ Name: 'Augusta' }, 'Save name');
    await expect(tab.page.getByRole('cell', { name: 'Name changed', exact: true })).toBeVisible(soon);
    await expect(tab.page.locator('.header-who')).toHaveText('Augusta');
    // Only the page that the person uses shows the notice, however often another one refreshes.
    await visitor.expectText('Name saved.');
    await expectNotLoadedAgain(tab);
  });

  test('a closed account is signed out in every browser, and comes back in every tab', async ({ visitor, anotherVisitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    await listening(visitor, '/users/settings');
    const other = await anotherVisitor();
    await signIn(other, person);
    await scheduleDeletion(other, person);
    await expectEmptied(visitor, person);

    await other.open('/users/log-in');
    await other.submit({ Email: person.email, Password: person.password }, 'Sign in');
    await other.at('/users/reactivate');
    const tab = await anotherTab(other, '/users/reactivate');
    await other.press('Keep my account');
    await other.expectText("Welcome back. Your account won't be deleted.");
    await expect(tab.page).toHaveURL((url) => url.pathname === '/users/settings', soon);
  });

  test('another account in the same browser is shown as what it is', async ({ visitor, anotherVisitor, mailbox }) => {
    const [person, eve] = [ada(), { email: 'eve@example.com', password: 'violet kettles never whisper' }];
    await register(await anotherVisitor(), mailbox, eve);
    await register(visitor, mailbox, person);
    const tab = await anotherTab(visitor, '/users/settings');
    // As from a page that was open before the sign-in, and by the browser itself, whose tabs have the new cookie as
    // soon as the answer arrives.
    const status = await visitor.page.evaluate(async (fields) => {
      const body = new URLSearchParams(fields);
      return (await fetch('/api/sign_in', { method: 'POST', body, headers: { accept: 'application/json' } })).status;
    }, { email: eve.email, password: eve.password });
    expect(status).toBe(200);
    await expect(tab.page.getByRole('main').getByText(eve.email).first()).toBeVisible(soon);
    expect(await tab.page.content()).not.toContain(person.email);
  });

  test('a page goes on listening when the server is back', async ({ visitor, mailbox, server, guard }) => {
    guard.expect(/ERR_|Failed to load|EventSource/);
    const person = ada();
    await register(visitor, mailbox, person);
    const tab = await anotherTab(visitor, '/users/settings');
    await mark(tab);
    const begun = Date.now();
    const { code } = await server.stop();
    expect(code).toBe(0);
    expect(Date.now() - begun, 'open pages do not delay the end').toBeLessThan(5_000);
    const listens = tab.page.waitForResponse((response) => response.url().endsWith('/users/live') && response.ok(), { timeout: 20_000 });
    await server.start();
    await listens;
    await visitor.open('/users/settings/profile');
    await visitor.submit({ Name: 'Augusta' }, 'Save name');
    await expect(tab.page.locator('.header-who')).toHaveText('Augusta', soon);
    await expectNotLoadedAgain(tab);
  });

  test('a page that is sent to sign in while its token is renewed, and back from there, stays as it is', async ({ visitor, mailbox }) => {
    await register(visitor, mailbox, ada());
    const path = '/users/settings/delete';
    const tab = await anotherTab(visitor, path);
    await mark(tab);
    // The answer to a token that has just been renewed; the browser follows it with the new token.
    let looks = 0;
    await tab.page.route(`**${path}`, (route) => {
      looks += 1;
      return looks > 1 ? route.continue() : route.fulfill({ status: 303, headers: { location: `/users/log-in?return_to=${path}` } });
    });
    await visitor.open('/users/settings/profile');
    await visitor.submit({ Name: 'Augusta' }, 'Save name');
    await expect(tab.page.locator('.header-who')).toHaveText('Augusta', soon);
    await expectNotLoadedAgain(tab);
    expect(looks, 'it looked again').toBeGreaterThan(1);
  });

  test.describe('sudo mode', () => {
    test.use({ settings: { SIGNET_SUDO__TTL: '6s' } });

    test('shows in every tab when it begins and when it ends', async ({ visitor, mailbox }) => {
      const person = ada();
      await register(visitor, mailbox, person);
      const path = '/users/settings/email';
      const tab = await anotherTab(visitor, '/users/settings/delete');
      await mark(tab);
      const line = tab.page.getByText(/^Identity confirmed until \d\d:\d\d UTC\.$/);
      await expect(line).toHaveCount(0);
      await visitor.open(path);
      await visitor.submit({ 'New email': wanted }, 'Change email');
      await confirmItsMe(visitor, path, person.password);
      await expect(line).toBeVisible(soon);
      await expect(visitor.page.getByText(/^Identity confirmed until/)).toBeVisible(soon);
      // Six seconds of sudo mode, the last second in which it still holds, and then the promised limit.
      await expect(line).toHaveCount(0, { timeout: 9_000 });
      await expectNotLoadedAgain(tab);
    });
  });

  test('a session that is ended in one process empties the page that another one served', async ({ visitor, anotherVisitor }) => {
    test.setTimeout(90_000);
    const database = await Database.create();
    const settings = { SIGNET_DATABASE__URL: database.url, SIGNET_SECRET_KEY: randomBytes(32).toString('hex') };
    const servers = [await Server.prepare(settings), await Server.prepare(settings)] as const;
    try {
      const [one, two] = servers;
      await one.start();
      const person = ada();
      const at = (server: Server, path: string) => `${server.url}${path}`;
      await visitor.open(at(one, '/users/register'));
      await visitor.submit({ Email: person.email, Password: person.password }, 'Create account');
      await visitor.open(await new Mailbox(new DevMailbox(one.url)).link(person.email, 'confirm'));
      await visitor.press('Confirm address');
      await visitor.expectSignedIn();
      await listening(visitor, at(one, '/users/settings'));

      await two.start();
      const other = await anotherVisitor();
      await other.open(at(two, '/users/log-in'));
      await other.submit({ Email: person.email, Password: person.password }, 'Sign in');
      await other.at('/dashboard');
      await expect(visitor.page.getByText('You have 2 sessions, this one included.')).toBeVisible(soon);
      await other.open(at(two, sessions));
      await other.press('Sign out other sessions');
      await agreeWithSudo(other, questions.signOutOthers, person.password);
      await expectEmptied(visitor, person);
      await visitor.page.goto(at(one, '/dashboard'));
      await visitor.at('/users/log-in');
      // Otherwise the browser complains that the stream breaks off.
      await other.page.close();
    } finally {
      for (const server of servers) await server.remove();
      await database.drop();
    }
  });
});

test.describe('without JavaScript', () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled !== false, 'with it a page listens');

  test('a page listens to nothing', async ({ visitor, mailbox }) => {
    const asked: string[] = [];
    visitor.page.context().on('request', (request) => asked.push(new URL(request.url()).pathname));
    await register(visitor, mailbox, ada());
    await visitor.open('/users/settings');
    await visitor.page.waitForTimeout(1_000);
    expect(asked).toContain('/users/settings');
    expect(asked).not.toContain('/users/live');
  });
});

/** The version of the page. */
async function pageVersion(visitor: Visitor): Promise<string | null> {
  return visitor.page.locator('[data-digest]').getAttribute('data-digest');
}
