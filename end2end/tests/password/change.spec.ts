import { expect, test } from '../../support/fixtures.ts';
import { ada, expectSignInRefused, newPassword, register, signIn } from '../../support/steps.ts';

const path = '/users/settings/password';
const button = 'Change password';

test('changing the password keeps this browser and signs the other one out', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const other = await anotherVisitor();
  await signIn(other, person);

  await visitor.open(path);
  await visitor.expectSound();
  await visitor.submit({ 'Current password': person.password, 'New password': newPassword }, button);
  await visitor.expectText(/Password changed\. (1|One) other session was signed out/);
  await visitor.expectSound();

  await visitor.open('/dashboard');
  await visitor.expectSignedIn();
  await other.expectSignedOut();
  await mailbox.letter(person.email, /password/i);

  await expectSignInRefused(other, person);
  await signIn(other, { ...person, password: newPassword });
});

test('a wrong current password is named, and no secret is kept', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await visitor.open(path);
  await visitor.submit({ 'Current password': 'this is not it at all', 'New password': newPassword }, button);
  await visitor.expectText("That password isn't right.");
  await visitor.expectFieldError('Current password', button, /That password isn't right\./);
  await visitor.expectSound();
});

test('a weak new password is refused with the reason', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open(path);
  await visitor.submit({ 'Current password': person.password, 'New password': 'password1234' }, button);
  await visitor.expectFieldError('New password', button, /Too easy to guess: .+\. Try a few unrelated words\./);
  await visitor.submit({ 'Current password': person.password, 'New password': 'too short' }, button);
  await visitor.expectFieldError('New password', button, /12/);
});

test('/.well-known/change-password leads to the form', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await visitor.open('/.well-known/change-password');
  await visitor.at(path);
  await expect(visitor.button(button)).toBeVisible();
});
