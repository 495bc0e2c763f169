// The browser's share of docs/MISHAPS.md: an answer that does not arrive, a button that is pressed twice, the way back,
// and a second tab.
import { expect, test } from '../support/fixtures.ts';
import { loseAnswer } from '../support/lost.ts';
import { ada, newPassword, register, type Person } from '../support/steps.ts';
import type { Fields, Visitor } from '../support/visitor.ts';

const bob: Person = { email: 'bob@example.com', password: 'green pebbles hum at noon' };
const tokens = '/users/settings/api-tokens';
const profile = '/users/settings/profile';
const person = ada();

interface Case {
  action: string;
  path: string;
  fields: Fields;
  button: string;
  /** Whether the form needs sudo mode. */
  sudo?: true;
  /** What the person reads after sending the form a second time, because the first answer was lost. */
  reads: RegExp;
  /** What the page of the form shows when the browser loads it again on the way back. Its form is a new one by then. */
  shows?: RegExp;
}

const cases: Case[] = [
  { action: 'update_profile', path: profile, fields: { Name: 'Ada' }, button: 'Save name', reads: /Name saved\./ },
  {
    action: 'create_api_token',
    path: tokens,
    fields: { Name: 'backup' },
    button: 'Create token',
    sudo: true,
    reads: /This form has already created its token/,
    shows: /Created on /,
  },
  {
    action: 'request_email_change',
    path: '/users/settings/email',
    fields: { 'New email': 'countess@example.com' },
    button: 'Change email',
    sudo: true,
    reads: /We sent a link to countess@example\.com/,
  },
  {
    action: 'change_password',
    path: '/users/settings/password',
    fields: { 'Current password': person.password, 'New password': newPassword },
    button: 'Change password',
    reads: /Sign in again to continue\. .*try the new one/,
  },
  {
    action: 'schedule_deletion',
    path: '/users/settings/delete',
    fields: { 'Type your email to confirm': person.email },
    button: 'Delete my account',
    sudo: true,
    reads: /Sign in again to continue\. .*If you were deleting your account/,
  },
];

/** Sends a form with the cookies of this browser, beside its pages: none of them hears of it. */
async function sendBeside(visitor: Visitor, action: string, form: Record<string, string> = {}): Promise<void> {
  const { origin } = new URL(visitor.page.url());
  const options = { form, headers: { origin, accept: 'text/html' }, maxRedirects: 0 };
  expect((await visitor.page.context().request.post(`${origin}/api/${action}`, options)).status()).toBe(303);
}

/** Opens a form in sudo mode, if it needs that. */
async function opened(visitor: Visitor, { path, sudo }: Case): Promise<void> {
  if (sudo) {
    await visitor.open(`/users/sudo?return_to=${path}`);
    await visitor.submit({ Password: person.password }, 'Confirm');
    await visitor.at(path);
  }
  await visitor.open(path);
}

for (const one of cases) {
  test(`the answer to ${one.action} is lost, and the form is sent again`, async ({ visitor, mailbox, guard }) => {
    guard.expect(/ERR_CONNECTION_RESET|Failed to load resource/);
    await register(visitor, mailbox, person);
    await opened(visitor, one);
    await loseAnswer(visitor.page, `/api/${one.action}`);
    await visitor.fill(one.fields, one.button);
    await visitor.button(one.button).click();
    if (visitor.javascript) {
      // Where the session has ended, the page may hear of it before the person does anything.
      await visitor.expectText(/We couldn't reach the server\. Check your connection and try again\.|You were signed out/);
      const again = visitor.button(one.button);
      if (await again.isVisible()) {
        await visitor.fill(one.fields, one.button).catch(() => undefined);
        await again.click().catch(() => undefined);
      }
    } else {
      await visitor.page.waitForURL(/^chrome-error:/);
      await visitor.page.goBack();
      if (one.shows) {
        await visitor.expectText(one.shows);
        return;
      }
      // A page that is loaded again on the way back says the same as one that is sent again.
      if (await visitor.button(one.button).isVisible()) await visitor.submit(one.fields, one.button);
    }
    await visitor.expectText(one.reads);
    await visitor.expectSound();
  });
}

for (const one of cases.filter(({ action }) => action !== 'schedule_deletion')) {
  test(`the button of ${one.action} is pressed twice`, async ({ visitor, mailbox }) => {
    await register(visitor, mailbox, person);
    await opened(visitor, one);
    await visitor.fill(one.fields, one.button);
    await visitor.button(one.button).dblclick();
    await expect(visitor.page.locator('button[aria-busy=true]')).toHaveCount(0);
    // Without JavaScript the browser may show either answer.
    await visitor.expectText(/Name saved\.|Copy it now|already created its token|We sent a link|Password changed\.|You were signed out/);
    if (one.action === 'create_api_token') {
      await visitor.open(tokens);
      await expect(visitor.page.getByRole('button', { name: 'Revoke', exact: true })).toHaveCount(1);
    }
  });
}

test('the person goes back and sends the form again', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, person);
  await visitor.open(profile);
  for (const name of ['Ada', 'Ada Lovelace']) {
    await visitor.submit({ Name: name }, 'Save name');
    await visitor.expectText('Name saved.');
    await expect(visitor.field('Name', 'Save name')).toHaveValue(name);
    await visitor.open('/dashboard');
    await visitor.page.goBack();
    await visitor.at(profile);
  }
  await visitor.open(profile);
  await expect(visitor.field('Name', 'Save name')).toHaveValue('Ada Lovelace');
});

test('a form that was left open does nothing for the next person in the same browser', async ({ visitor, mailbox, guard, anotherVisitor }) => {
  guard.expect(/users\/live|Failed to load resource/);
  await register(await anotherVisitor(), mailbox, bob);
  await register(visitor, mailbox, person);
  // The page would learn of the other account by itself; here its form is faster.
  await visitor.page.route('**/users/live', (route) => route.abort());
  await visitor.open(profile);
  await sendBeside(visitor, 'sign_out');
  await sendBeside(visitor, 'sign_in', { email: bob.email, password: bob.password });
  await visitor.field('Name', 'Save name').fill('Ada Lovelace');
  await visitor.button('Save name').click();
  await visitor.expectText(
    "Nothing was changed: that form belongs to a•••@example.com, and you're now signed in as bob@example.com. To do it for this account, press the button again.",
  );
  await visitor.settled();
  await expect(visitor.field('Name', 'Save name')).toHaveValue('Ada Lovelace');
  await visitor.expectSound();
  await visitor.submit({ Name: 'Bob' }, 'Save name');
  await visitor.expectText('Name saved.');
  // The first person's name is as it was.
  await sendBeside(visitor, 'sign_out');
  await sendBeside(visitor, 'sign_in', { email: person.email, password: person.password });
  await visitor.open(profile);
  await expect(visitor.field('Name', 'Save name')).toHaveValue('');
});
