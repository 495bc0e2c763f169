import { expect, test } from '../../support/fixtures.ts';
import { ada, expectSignInRefused, logIn, newPassword, register, resetByLink, scheduleDeletion, signIn } from '../../support/steps.ts';

test('closing an account signs out everywhere; signing in brings the way back', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const other = await anotherVisitor();
  await signIn(other, person);

  await visitor.open('/users/settings/delete');
  await visitor.expectText(/Everything is erased on/);
  await visitor.expectSound();
  await scheduleDeletion(visitor, person);
  await visitor.expectSound();
  await visitor.expectSignedOut();
  await other.expectSignedOut();
  await mailbox.letter(person.email, /erased|delet|closed/i);

  await logIn(visitor, person);
  await visitor.at('/users/reactivate');
  await visitor.expectText(/Your account will be erased on .+, in 1[34] days/);
  await visitor.expectSound();
  for (const path of ['/dashboard', '/users/settings', '/users/settings/password', '/users/settings/security-log']) {
    await visitor.open(path);
    await visitor.at('/users/reactivate');
  }

  await visitor.press('Keep my account');
  await visitor.expectText("Welcome back. Your account won't be deleted.");
  await visitor.open('/dashboard');
  await visitor.at('/dashboard');
  await visitor.expectSignedIn();
  await mailbox.letter(person.email, /welcome back/i);
});

test('a closed account is shown only to who knows the password', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await scheduleDeletion(visitor, person);
  await expectSignInRefused(visitor, { ...person, password: 'this is not it at all' });
  await logIn(visitor, person);
  await visitor.at('/users/reactivate');
  await visitor.press('Sign out');
  await expect(visitor.button('Keep my account')).toBeHidden();
  await visitor.expectSignedOut();
});

test('the link in the letter keeps an account that a thief has closed, without signing in', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await scheduleDeletion(visitor, person);

  const owner = await anotherVisitor();
  const link = await mailbox.link(person.email, 'keepAccount');
  await owner.open(link);
  await owner.expectText(/is closed and will be erased on/);
  await owner.expectText(person.email);
  await owner.expectSound();
  await owner.press('Keep my account');
  await owner.at('/users/log-in');
  await owner.expectText(/Your account won't be deleted\. Sign in to use it\./);
  await expect(owner.button('Sign out')).toBeHidden();
  await mailbox.letter(person.email, /welcome back/i);
  await owner.open(link);
  await expect(owner.heading('This link no longer works')).toBeVisible();
  await signIn(owner, person);
});

test('a new password by a mailed link keeps a closed account', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await scheduleDeletion(visitor, person);
  await visitor.open('/users/reset-password');
  await visitor.submit({ Email: person.email }, 'Send reset link');
  const link = await mailbox.link(person.email, 'resetPassword');
  await visitor.open(link);
  await visitor.expectText(/Setting a new password keeps it\./);
  await visitor.expectSound();
  await resetByLink(visitor, link, newPassword);
  await visitor.expectText(/Password changed, and your account won't be deleted\./);
  await signIn(visitor, { ...person, password: newPassword });
});

test('the address must be typed, and the refused form keeps what was typed', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open('/users/sudo?return_to=/users/settings/delete');
  await visitor.submit({ Password: person.password }, 'Confirm');
  await visitor.at('/users/settings/delete');
  await visitor.submit({ 'Type your email to confirm': 'eve@example.com' }, 'Delete my account');
  await visitor.expectFieldError('Type your email to confirm', 'Delete my account', /\S/);
  await expect(visitor.field('Type your email to confirm', 'Delete my account')).toHaveValue('eve@example.com');
  await visitor.expectSignedIn();
});

test.describe('with a grace period of seconds', () => {
  test.use({ settings: { SIGNET_DELETION__GRACE_PERIOD: '4s' } });

  test('an account is erased when it ends, and its address is free again', async ({ visitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    await visitor.open('/users/settings/profile');
    await visitor.submit({ Name: 'Ada Lovelace' }, 'Save name');
    await visitor.expectText('Ada Lovelace');
    const used = await mailbox.link(person.email, 'confirm');
    const before = (await mailbox.to(person.email)).length;
    await scheduleDeletion(visitor, person);
    // One letter about closing the account, and one about erasing it.
    await mailbox.count(person.email, before + 2);
    await expectSignInRefused(visitor, person);

    await visitor.open('/users/register');
    await visitor.submit({ Email: person.email, Password: person.password }, 'Create account');
    await expect(visitor.heading('Check your inbox')).toBeVisible();
    await visitor.open(await mailbox.link(person.email, 'confirm', used));
    await visitor.press('Confirm address');
    await visitor.expectSignedIn();
    await visitor.open('/users/settings/profile');
    await expect(visitor.field('Name', 'Save name')).toHaveValue('');
  });
});
