import { expect, test } from '../support/fixtures.ts';
import { ada, confirmAddress, logIn, register, signUp } from '../support/steps.ts';

test('a person signs up, confirms the address in the same browser, and is signed in', async ({ visitor, mailbox }) => {
  const person = ada();
  await visitor.open('/');
  await visitor.expectSound();
  await signUp(visitor, person);
  await visitor.expectSound();

  await visitor.open(await mailbox.link(person.email, 'confirm'));
  await visitor.expectSound();
  await visitor.press('Confirm address');
  await visitor.expectSignedIn();

  await visitor.open('/dashboard');
  await visitor.expectSound();
  await visitor.press('Sign out');
  await expect(visitor.button('Sign out')).toBeHidden();
  await visitor.expectSignedOut();
});

test('the link of a sign-up asks for the password in any other browser', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await signUp(visitor, person);
  const link = await mailbox.link(person.email, 'confirm');

  const other = await anotherVisitor();
  await other.open(link);
  await expect(other.page.getByLabel('Password', { exact: true })).toBeVisible();

  await visitor.open(link);
  await visitor.press('Confirm address');
  await visitor.expectSignedIn();
});

test('a taken address gets the same page, and its owner a letter', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);

  const stranger = await anotherVisitor();
  await signUp(stranger, { ...person, password: 'violet kettles never whisper' });
  await mailbox.letter(person.email, /already have an account/i);
  await visitor.open('/dashboard');
  await visitor.expectSignedIn();
});

test('before the address is confirmed, every page leads to the settings', async ({ visitor, mailbox }) => {
  const person = ada();
  await signUp(visitor, person);
  const first = await mailbox.link(person.email, 'confirm');

  await logIn(visitor, person);
  await visitor.expectSignedIn();
  for (const path of ['/dashboard', '/users/settings/profile', '/users/settings/password', '/users/settings/security-log']) {
    await visitor.open(path);
    await visitor.at('/users/settings');
  }
  await visitor.expectSound();

  await visitor.press('Resend confirmation');
  const second = await mailbox.link(person.email, 'confirm', first);
  await visitor.open(first);
  await expect(visitor.heading('This link no longer works')).toBeVisible();
  await visitor.open(second);
  await visitor.press('Confirm address');
  await visitor.at('/dashboard');
});

test('a later sign-up replaces one that was never confirmed', async ({ visitor, anotherVisitor, mailbox }) => {
  const stranger = await anotherVisitor();
  await signUp(stranger, { ...ada(), password: 'violet kettles never whisper' });
  const strangersLink = await mailbox.link(ada().email, 'confirm');

  await signUp(visitor, ada());
  await stranger.open(strangersLink);
  await expect(stranger.heading('This link no longer works')).toBeVisible();
  const link = await mailbox.link(ada().email, 'confirm', strangersLink);
  await visitor.open(link);
  await visitor.press('Confirm address');
  await visitor.expectSignedIn();
});

test('the confirm link works once', async ({ visitor, mailbox }) => {
  const person = ada();
  await signUp(visitor, person);
  const link = await mailbox.link(person.email, 'confirm');
  await confirmAddress(visitor, mailbox, person);
  await visitor.open(link);
  await expect(visitor.heading('This link no longer works')).toBeVisible();
});
