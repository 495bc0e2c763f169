import { expect, test } from '../support/fixtures.ts';
import { ada, expectSignInRefused, register } from '../support/steps.ts';

test('a sign-up with a weak password keeps the address and names the field', async ({ visitor }) => {
  await visitor.open('/users/register');
  await visitor.submit({ Email: 'ada@example.com', Password: 'password1234' }, 'Create account');
  await visitor.expectFieldError('Password', 'Create account', /Too easy to guess: .+/);
  await expect(visitor.field('Email', 'Create account')).toHaveValue('ada@example.com');
  await visitor.expectSound();
  await visitor.submit({ Email: 'ada@example.com', Password: 'short' }, 'Create account');
  await visitor.expectFieldError('Password', 'Create account', /12/);
});

test('a sign-up with something that is no address names the field', async ({ visitor }) => {
  await visitor.open('/users/register');
  // The browser itself accepts this address.
  await visitor.submit({ Email: 'ada@localhost', Password: ada().password }, 'Create account');
  await visitor.expectFieldError('Email', 'Create account', /\S/);
  await expect(visitor.field('Email', 'Create account')).toHaveValue('ada@localhost');
  await expect(visitor.field('Email', 'Create account')).toBeFocused();
});

test('a wrong password and an unknown address are refused in the same words', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const other = await anotherVisitor();
  const words: string[] = [];
  for (const wrong of [{ ...person, password: 'this is not it at all' }, { ...person, email: 'nobody@example.com' }]) {
    await expectSignInRefused(other, wrong);
    words.push(await other.page.getByRole('alert').filter({ hasText: /\S/ }).first().innerText());
  }
  expect(words[0]).toBe(words[1]);
  await other.expectSound();
});

test('an e-mail change to an impossible address is refused and kept', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open('/users/sudo?return_to=/users/settings/email');
  await visitor.submit({ Password: person.password }, 'Confirm');
  await visitor.at('/users/settings/email');
  for (const wrong of ['ada@localhost', 'ada lovelace@example.com']) {
    await visitor.submit({ 'New email': wrong }, 'Change email');
    await visitor.expectFieldError('New email', 'Change email', /\S/);
    await expect(visitor.field('New email', 'Change email')).toHaveValue(wrong);
    await visitor.open('/users/settings/email');
  }
});

test('what a page asks for comes back after signing in', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.press('Sign out');
  await expect(visitor.button('Sign out')).toBeHidden();
  await visitor.open('/users/settings/security-log');
  await visitor.at('/users/log-in');
  await visitor.submit({ Email: person.email, Password: person.password }, 'Sign in');
  await visitor.at('/users/settings/security-log');
});
