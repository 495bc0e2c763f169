// What a person types into a field for an address is what Signet gets. Browsers rewrite the domain in an input of the
// type "email", some of them into the domain of another owner.
import { expect, inAscii, register, test, type Fox } from '../support/firefox.ts';
import { ada } from '../support/steps.ts';

const { password } = ada();
const typed = ['max@maßanfertigung.de', 'max@例え.jp', 'max@xn--bcker-gra.example'];
/** Signet accepts no such address, and Firefox must not change it on its way back. */
const refused = ['ä@example.com', '用户@例え.jp'];
const email = '/users/settings/email';

async function expectRefused(fox: Fox, path: string, field: string, button: string, others = {}): Promise<void> {
  for (const address of refused) {
    await fox.goTo(path);
    await fox.submit({ [field]: address, ...others }, button);
    await fox.expectText('Enter an email address, like ada@example.com.');
    expect(await fox.valueOf(field, button)).toBe(address);
  }
}

test('an address is typed to sign up, to sign in and to reset the password', async ({ fox, mailbox }) => {
  await expectRefused(fox, '/users/register', 'Email', 'Create account', { Password: password });
  await expectRefused(fox, '/users/reset-password', 'Email', 'Send reset link');
  for (const address of typed) {
    await register(fox, mailbox, { email: address, password });
    await fox.signOut();

    await fox.goTo('/users/log-in');
    await fox.submit({ Email: address, Password: 'not the password' }, 'Sign in');
    await fox.expectText("That email and password don't match.");
    expect(await fox.valueOf('Email', 'Sign in')).toBe(address);
    await fox.submit({ Password: password }, 'Sign in');
    await fox.at('/dashboard');
    await fox.expectSignedIn();
    await fox.signOut();

    await fox.goTo('/users/reset-password');
    await fox.submit({ Email: address }, 'Send reset link');
    await mailbox.link(inAscii(address), 'resetPassword');
  }
});

test('an address is typed to change it and to delete the account', async ({ fox, mailbox }) => {
  const [first = '', ...others] = typed;
  await register(fox, mailbox, { email: first, password });
  await fox.goTo('/users/settings/delete');
  await fox.submit({ 'Type your email to confirm': first }, 'Delete my account');
  await confirm(fox, '/users/settings/delete');

  await expectRefused(fox, email, 'New email', 'Change email');
  for (const address of others) {
    await fox.goTo(email);
    await fox.submit({ 'New email': address }, 'Change email');
    await fox.expectText(`(${inAscii(address).slice('max@'.length)})`);
    await mailbox.link(inAscii(address), 'confirmEmail');
  }

  await fox.goTo('/users/settings/delete');
  await fox.submit({ 'Type your email to confirm': inAscii(first).replace('max', 'eve') }, 'Delete my account');
  await fox.expectText("That doesn't match this account's email.");
  await fox.submit({ 'Type your email to confirm': first }, 'Delete my account');
  await fox.expectText('Your account is closed and will be erased on');
});

test('an address is typed after a provider that names none', async ({ fox, acme, mailbox }) => {
  fox.leavesPages();
  acme.people.set('max', { email: 'max@example.com', verified: false });
  await fox.goTo('/users/log-in');
  await fox.press('Continue with Acme');
  await fox.expectText('Login name');
  await fox.submit({ 'Login name': 'max' }, 'Go on');
  await fox.at('/users/register/email');
  for (const address of refused) {
    await fox.submit({ Email: address }, 'Send link');
    await fox.expectText('Enter an email address, like ada@example.com.');
    expect(await fox.valueOf('Email', 'Send link')).toBe(address);
  }
  for (const address of typed) {
    await fox.submit({ Email: address }, 'Send link');
    await fox.expectText('Check your inbox');
    await mailbox.letter(inAscii(address), /./);
  }
});

/** Confirms that it's them; ends at the form again. */
async function confirm(fox: Fox, path: string): Promise<void> {
  if (!fox.javascript) await fox.at('/users/sudo');
  await fox.submit({ Password: password }, 'Confirm');
  await fox.at(path);
}
