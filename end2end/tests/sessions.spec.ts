import { expect, test } from '../support/fixtures.ts';
import { ada, agreeWithSudo, confirmItsMe, expectAsked, newPassword, questions, register, signIn } from '../support/steps.ts';
import type { Visitor } from '../support/visitor.ts';

const path = '/users/settings/sessions';
const log = '/users/settings/security-log';

/** Presses the first button whose name begins with these words. The rest of the name says which session it is. */
async function pressFirst(visitor: Visitor, words: RegExp): Promise<void> {
  await visitor.settled();
  await visitor.page.getByRole('button', { name: words }).first().click();
}

test('one session is revoked from another, and its next page asks to sign in', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const [other, third] = [await anotherVisitor(), await anotherVisitor()];
  await signIn(other, person);
  await signIn(third, person);

  await visitor.open('/users/settings');
  await visitor.page.getByRole('link', { name: 'Manage sessions' }).click();
  await visitor.at(path);
  await visitor.expectSound();
  const rows = visitor.page.getByRole('list', { name: /^Sessions/ }).getByRole('listitem');
  await expect(rows).toHaveCount(3);
  await expect(rows.first(), 'this browser first').toContainText('This browser');
  await expect(rows.filter({ hasText: 'This browser' })).toHaveCount(1);
  await expect(rows.filter({ hasText: 'Chrome on Linux' })).toHaveCount(3);
  await expect(rows.filter({ hasText: 'In the last 5 minutes' })).toHaveCount(2);

  const signedIn = rows.last().locator('time');
  await expect(signedIn).toHaveAttribute('datetime', /Z$/);
  if (visitor.javascript) {
    await expect(signedIn).toHaveText(/^(now|\d+ minutes? ago)$/);
    await expect(signedIn).toHaveAttribute('title', /\d\d:\d\d/);
  } else {
    await expect(signedIn).toHaveText(/ UTC$/);
  }

  // The session that began last is the first of the others.
  await pressFirst(visitor, /^Revoke Chrome on Linux, signed in /);
  await confirmItsMe(visitor, path, person.password);
  await expect(rows, 'nothing was replayed').toHaveCount(3);
  const named = await visitor.page.getByRole('button', { name: /^Revoke/ }).count();
  expect(named).toBe(2);
  await pressFirst(visitor, /^Revoke/);
  await visitor.expectText('That session was signed out.');
  await visitor.expectSound();
  await expect(rows).toHaveCount(2);

  // Both signed in within a second: one of them is signed out, and says so.
  const out: boolean[] = [];
  for (const one of [other, third]) {
    await one.page.goto('/dashboard');
    const left = new URL(one.page.url()).pathname === '/users/log-in';
    out.push(left);
    if (left) await one.expectText('You were signed out. Sign in again to continue.');
    else await one.expectSignedIn();
  }
  expect(out.filter((left) => left)).toHaveLength(1);
  await visitor.open('/dashboard');
  await visitor.expectSignedIn();
});

test('all other sessions are signed out at once', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open(path);
  await expect(visitor.button('Sign out other sessions')).toBeHidden();
  const [other, third] = [await anotherVisitor(), await anotherVisitor()];
  await signIn(other, person);
  await signIn(third, person);

  await visitor.open(path);
  await visitor.press('Sign out other sessions');
  await expectAsked(visitor, questions.signOutOthers);
  await visitor.expectText('Every other browser and device is signed out now.');
  await visitor.expectSound();
  await visitor.text(/^Cancel$/).click();
  await visitor.at(path);
  await expect(visitor.text('Every other browser and device')).toBeHidden();
  await visitor.press('Sign out other sessions');
  await agreeWithSudo(visitor, questions.signOutOthers, person.password);
  await visitor.expectText('2 other sessions were signed out.');
  await expect(visitor.button('Sign out other sessions')).toBeHidden();
  await other.expectSignedOut();
  await third.expectSignedOut();
  await visitor.open('/dashboard');
  await visitor.expectSignedIn();
});

test('in sudo mode one press still ends nothing', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const other = await anotherVisitor();
  await signIn(other, person);
  await visitor.open('/users/sudo');
  await visitor.submit({ Password: person.password }, 'Confirm');
  await visitor.at('/users/settings');

  await visitor.open(path);
  await visitor.press('Sign out other sessions');
  await expectAsked(visitor, questions.signOutOthers);
  await visitor.open(log);
  await pressFirst(visitor, /^This wasn't me: Signed in, /);
  await expectAsked(visitor, questions.disown);
  await other.open('/dashboard');
  await other.expectSignedIn();

  await visitor.open(path);
  await visitor.press('Sign out other sessions');
  await expectAsked(visitor, questions.signOutOthers);
  await visitor.press(questions.signOutOthers.agree);
  await visitor.expectText('1 other session was signed out.');
  await other.expectSignedOut();
});

test('the log is filtered, and what was somebody else shuts them out', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const thief = await anotherVisitor();
  await signIn(thief, person);

  await visitor.open(log);
  await visitor.page.getByLabel('Show', { exact: true }).selectOption('Sign-in and sessions');
  await visitor.button('Filter').click();
  await expect(visitor.page).toHaveURL(/[?]kind=sessions$/);
  await visitor.expectSound();
  await expect(visitor.page.getByLabel('Show', { exact: true })).toHaveValue('sessions');
  const table = visitor.page.getByRole('table');
  await expect(table).toContainText('Signed in');
  await expect(table).toContainText('Another of your sessions');
  await expect(table).not.toContainText('Account created');

  await pressFirst(visitor, /^This wasn't me: Signed in, /);
  await expectAsked(visitor, questions.disown);
  await visitor.expectText(/^Signed in, /);
  await visitor.expectText('A pending email change is cancelled.');
  await visitor.expectSound();
  await visitor.text(/^Cancel$/).click();
  await expect(visitor.page, 'the filter is kept').toHaveURL(/security-log[?]kind=sessions$/);
  await pressFirst(visitor, /^This wasn't me: Signed in, /);
  await agreeWithSudo(visitor, questions.disown, person.password);
  await visitor.at('/users/settings/password');
  await visitor.expectText(/Your other sessions were signed out\..* Choose a new password now\./);
  await visitor.expectSound();
  await thief.expectSignedOut();

  await visitor.submit({ 'Current password': person.password, 'New password': newPassword }, 'Change password');
  await visitor.expectText('Password changed.');
  await visitor.open(log);
  await expect(table.getByText("Reported as not you")).toBeVisible();
});
