import { expect, test } from '../support/fixtures.ts';
import { ada, expectSignInRefused, newPassword, register, requestEmailChange, signIn } from '../support/steps.ts';

test('the log tells what happened, newest first, and only to its owner', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open('/users/settings/password');
  await visitor.submit({ 'Current password': person.password, 'New password': newPassword }, 'Change password');
  await visitor.expectText(/Password changed\./);
  await visitor.press('Sign out');
  await expect(visitor.button('Sign out')).toBeHidden();
  await expectSignInRefused(visitor, person);
  await signIn(visitor, { ...person, password: newPassword });
  await requestEmailChange(visitor, { ...person, password: newPassword }, 'countess@example.com');

  await visitor.open('/users/settings/security-log');
  await visitor.expectSound();
  const what = await visitor.page.getByRole('row').locator('td:nth-child(2)').allInnerTexts();
  expect(what.map((words) => words.split('\n')[0]?.trim())).toEqual([
    'Email change requested',
    'Identity confirmed',
    'Signed in',
    'Sign-in failed: wrong password',
    'Signed out',
    'Password changed',
    'Email confirmed',
    'Account created',
  ]);

  const other = await anotherVisitor();
  await register(other, mailbox, { email: 'eve@example.com', password: 'violet kettles never whisper' });
  await other.open('/users/settings/security-log');
  await expect(other.page.getByRole('main')).not.toContainText(/password changed/i);
});
