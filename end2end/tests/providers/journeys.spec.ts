// Accounts that sign in through a provider: a real OpenID provider in a real browser.
import { authorizeAtGithub, expect, logInAtAcme, test } from '../../support/with-providers.ts';
import { ada, expectSignInRefused, newPassword, register, signIn } from '../../support/steps.ts';
import type { Mailbox } from '../../support/mailbox.ts';
import type { Visitor } from '../../support/visitor.ts';

const person = ada();
const pages = {
  logIn: '/users/log-in',
  email: '/users/settings/email',
  password: '/users/settings/password',
  providers: '/users/settings/providers',
  delete: '/users/settings/delete',
};

test.beforeEach(({ acme }) => {
  acme.people.set('ada', { email: person.email, verified: true });
  acme.people.set('eve', { email: 'eve@example.com', verified: true });
});

/** From the log-in page through Acme; the caller checks where that leads. */
async function continueWithAcme(visitor: Visitor, login: string): Promise<void> {
  await visitor.open(pages.logIn);
  await visitor.button('Continue with Acme').click();
  await logInAtAcme(visitor, login);
}

/** Creates an account whose only sign-in method is Acme. */
async function arrive(visitor: Visitor): Promise<void> {
  await continueWithAcme(visitor, 'ada');
  await visitor.at('/dashboard');
  await visitor.expectSignedIn();
}

/** Acme remembers who signed in: with and without JavaScript, another sign-in needs no log-in there. */
async function continueAgain(visitor: Visitor): Promise<void> {
  await visitor.open(pages.logIn);
  await visitor.button('Continue with Acme').click();
}

/** Confirms at Acme after the form on `path` was refused without sudo mode; ends at the form again. */
async function confirmAtAcme(visitor: Visitor, path: string): Promise<void> {
  if (visitor.javascript) {
    const dialog = visitor.page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    await visitor.expectSound();
    await dialog.getByRole('button', { name: 'Continue with Acme' }).click();
  } else {
    await visitor.at('/users/sudo');
    await visitor.expectSound();
    await visitor.button('Continue with Acme').click();
  }
  await logInAtAcme(visitor, 'ada');
  await visitor.at(path);
  await visitor.expectText('Confirmed. Press the button again to finish.');
}

async function setPassword(visitor: Visitor, mailbox: Mailbox): Promise<void> {
  await visitor.open(pages.password);
  await visitor.submit({ 'New password': newPassword }, 'Set password');
  await confirmAtAcme(visitor, pages.password);
  await visitor.submit({ 'New password': newPassword }, 'Set password');
  await visitor.expectText(/^Password set\./);
  await mailbox.letter(person.email, /password/i);
}

test('the first sign-in makes the account, and the next one finds it', async ({ visitor, anotherVisitor }) => {
  await visitor.open(pages.logIn);
  await visitor.expectSound();
  await visitor.open('/users/register');
  await visitor.expectSound();
  await arrive(visitor);
  await visitor.open('/users/settings');
  await visitor.expectText('You have no password.');
  await expect(visitor.page.getByRole('listitem').filter({ hasText: 'Linked providers' })).toContainText('Acme');
  await visitor.expectText(/ada@example\.com/);
  await visitor.expectSound();
  await visitor.open('/users/settings/security-log');
  await visitor.expectText('Account created');

  await visitor.press('Sign out');
  await continueAgain(visitor);
  await visitor.at('/dashboard');
  const other = await anotherVisitor();
  await arrive(other);
  await other.open('/users/settings');
  await other.expectText('You have 2 sessions, this one included.');
});

test('where somebody wanted to go is where they come out', async ({ visitor }) => {
  await visitor.open(pages.email);
  await visitor.at(pages.logIn);
  await visitor.button('Continue with Acme').click();
  await logInAtAcme(visitor, 'ada');
  await visitor.at(pages.email);
});

test('a password is set in sudo mode only, and then it signs in and Acme can go', async ({ visitor, anotherVisitor, mailbox }) => {
  await arrive(visitor);
  await visitor.open(pages.password);
  await visitor.expectSound();
  await setPassword(visitor, mailbox);
  await visitor.expectSound();
  await expect(visitor.button('Change password')).toBeVisible();
  await signIn(await anotherVisitor(), { ...person, password: newPassword });

  await visitor.open(pages.providers);
  await visitor.expectSound();
  await visitor.press('Unlink Acme');
  await confirmByPassword(visitor, pages.providers);
  await visitor.press('Unlink Acme');
  await visitor.expectText(/Acme is no longer linked/);
  await visitor.expectSound();
  await mailbox.letter(person.email, /Acme/);

  await visitor.press('Sign out');
  await continueAgain(visitor);
  await visitor.at(pages.logIn);
  await visitor.expectText(/An account with this email already exists/);
});

async function confirmByPassword(visitor: Visitor, path: string): Promise<void> {
  if (visitor.javascript) {
    const dialog = visitor.page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    await visitor.expectSound();
    await dialog.getByLabel('Password', { exact: true }).fill(newPassword);
    await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
    await expect(dialog).toBeHidden();
  } else {
    await visitor.at('/users/sudo');
    await visitor.submit({ Password: newPassword }, 'Confirm');
  }
  await visitor.at(path);
}

test('an interrupted form is as it was after the way to the provider', async ({ visitor, mailbox }) => {
  const wanted = 'countess@example.com';
  await arrive(visitor);
  await visitor.open(pages.email);
  await visitor.submit({ 'New email': wanted }, 'Change email');
  await confirmAtAcme(visitor, pages.email);
  await expect(visitor.field('New email', 'Change email')).toHaveValue(wanted);
  expect(await mailbox.to(wanted), 'nothing was replayed').toEqual([]);
  await visitor.press('Change email');
  await visitor.expectText(`We sent a link to ${wanted}`);
  await visitor.open(await mailbox.link(wanted, 'confirmEmail'));
  await visitor.press('Confirm new email');
  await visitor.expectText(/Your email is now/);
  await continueAgain(visitor);
  await visitor.at('/dashboard');
  await visitor.open(pages.email);
  await visitor.expectText(wanted);
});

test('the last way in stays, and the page says why', async ({ visitor }) => {
  await arrive(visitor);
  await visitor.open(pages.providers);
  await visitor.expectText('This is your only way to sign in. Set a password first.');
  await visitor.expectSound();
  await visitor.press('Unlink Acme');
  await confirmAtAcme(visitor, pages.providers);
  await visitor.press('Unlink Acme');
  await expect(visitor.page.locator('.notice-refused')).toHaveText(/This is your only way to sign in/);
  await visitor.expectSound();
  await expect(visitor.button('Unlink Acme')).toBeVisible();
});

test('another login at the provider does not confirm', async ({ visitor }) => {
  await arrive(visitor);
  await visitor.open('/users/sudo?return_to=/users/settings/email');
  await visitor.button('Continue with Acme').click();
  await logInAtAcme(visitor, 'eve');
  // Acme first signs ada out of itself, by a form that a script submits.
  if (!visitor.javascript) await visitor.button('Continue').click();
  await visitor.at('/users/sudo');
  await visitor.expectText("Use the login that's linked to this account.");
});

test('an account with a password links a provider, and is never merged without it', async ({ visitor, anotherVisitor, mailbox }) => {
  await register(visitor, mailbox, person);
  const other = await anotherVisitor();
  await continueWithAcme(other, 'ada');
  await other.at(pages.logIn);
  await other.expectText(/An account with this email already exists\. Sign in to it/);
  await other.expectSound();

  await other.submit({ Email: person.email, Password: person.password }, 'Sign in');
  await other.at(pages.providers);
  await other.press('Link Acme');
  if (other.javascript) {
    const dialog = other.page.getByRole('dialog');
    await dialog.getByLabel('Password', { exact: true }).fill(person.password);
    await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
    await expect(dialog).toBeHidden();
  } else {
    await other.at('/users/sudo');
    await other.submit({ Password: person.password }, 'Confirm');
    await other.at(pages.providers);
  }
  await other.button('Link Acme').click();
  await other.at(pages.providers);
  await other.expectText(/Acme is linked/);
  await other.expectText(/Linked on .+ as ada@example\.com/);
  await other.expectSound();
  await mailbox.letter(person.email, /Acme/);
  await other.press('Sign out');
  await continueAgain(other);
  await other.at('/dashboard');
});

test('an email that the provider has not confirmed is confirmed by a letter', async ({ visitor, acme, mailbox }) => {
  acme.people.set('mallory', { email: 'mallory@example.com', verified: false });
  await continueWithAcme(visitor, 'mallory');
  await visitor.at('/users/register/email');
  await visitor.expectText(/give us an email we can rely on/);
  expect(await mailbox.to('mallory@example.com')).toEqual([]);
  await visitor.submit({ Email: 'mallory@example.com' }, 'Send link');
  await expect(visitor.heading('Check your inbox')).toBeVisible();
  await visitor.open(await mailbox.link('mallory@example.com', 'confirm'));
  await visitor.press('Confirm address');
  await visitor.at('/dashboard');
});

test('saying no at the provider changes nothing', async ({ visitor }) => {
  await visitor.open(pages.logIn);
  await visitor.button('Continue with Acme').click();
  await visitor.page.getByRole('button', { name: 'Say no' }).click();
  await visitor.at(pages.logIn);
  await visitor.expectText("The provider didn't sign you in: you cancelled there, or an administrator has to agree first. Nothing was changed.");
});

test('a provider that is down is said to be, and the site goes on', async ({ visitor, acme, guard }) => {
  guard.expect(/503/);
  await acme.stop();
  await visitor.open(pages.logIn);
  await visitor.button('Continue with Acme').click();
  await expect(visitor.heading("Acme can't be reached")).toBeVisible();
  await visitor.expectSound();
  await acme.listen();
  // Signet remembers a provider's failure for a few seconds.
  await visitor.page.waitForTimeout(6_000);
  await visitor.page.getByRole('link', { name: 'Try again' }).click();
  await logInAtAcme(visitor, 'ada');
  await visitor.at('/dashboard');
});

test('deletion: closed, brought back through the provider', async ({ visitor, mailbox }) => {
  await arrive(visitor);
  await closeAccount(visitor);
  await mailbox.letter(person.email, /closed|erased/i);
  await visitor.expectSignedOut();
  await continueAgain(visitor);
  await visitor.at('/users/reactivate');
  await visitor.expectText(/Your account will be erased on/);
  await visitor.open(pages.providers);
  await visitor.at('/users/reactivate');
  await visitor.press('Keep my account');
  await visitor.expectText("Welcome back. Your account won't be deleted.");
  await visitor.open('/users/settings');
  await visitor.expectText('You have no password.');
  await expect(visitor.page.getByRole('listitem').filter({ hasText: 'Linked providers' })).toContainText('Acme');
});

async function closeAccount(visitor: Visitor): Promise<void> {
  const [label, button] = ['Type your email to confirm', 'Delete my account'];
  await visitor.open(pages.delete);
  await visitor.submit({ [label]: person.email }, button);
  await confirmAtAcme(visitor, pages.delete);
  await expect(visitor.field(label, button)).toHaveValue(person.email);
  await visitor.press(button);
  await visitor.expectText(/Your account is closed and will be erased on/);
}

test.describe('with a grace period of seconds', () => {
  test.use({ settings: { SIGNET_DELETION__GRACE_PERIOD: '4s' } });

  test('deletion: executed, and the login begins anew', async ({ visitor, mailbox }) => {
    await arrive(visitor);
    await visitor.open('/users/settings/profile');
    await visitor.submit({ Name: 'Ada Lovelace' }, 'Save name');
    await visitor.expectText('Ada Lovelace');
    const before = (await mailbox.to(person.email)).length;
    await closeAccount(visitor);
    // One letter about closing the account, and one about erasing it.
    await mailbox.count(person.email, before + 2);
    await continueAgain(visitor);
    await visitor.at('/dashboard');
    await visitor.open('/users/settings/profile');
    await expect(visitor.field('Name', 'Save name')).toHaveValue('');
  });
});

test('where the provider does not say when somebody signed in, a mailed code confirms', async ({ visitor, mailbox, github }) => {
  await visitor.open(pages.logIn);
  await visitor.button('Continue with GitHub').click();
  await authorizeAtGithub(visitor);
  await visitor.at('/dashboard');
  await visitor.open(pages.email);
  await visitor.submit({ 'New email': 'countess@example.com' }, 'Change email');
  if (!visitor.javascript) await visitor.at('/users/sudo');
  await visitor.press('Email me a code');
  await visitor.at('/users/sudo');
  await visitor.expectText(`We sent a code to ${github.email}`);
  await visitor.expectSound();

  await expect(visitor.field('Code', 'Confirm')).toHaveAttribute('autocomplete', 'one-time-code');
  await visitor.submit({ Code: 'WRONGONE' }, 'Confirm');
  await visitor.expectFieldError('Code', 'Confirm', /is wrong or has expired/);
  await visitor.expectSound();
  const letter = await mailbox.letter(github.email, /code/i);
  const code = /Code: ([0-9A-Z]{8})\b/.exec(letter.text)?.[1] ?? '';
  await visitor.submit({ Code: code.toLowerCase() }, 'Confirm');
  await visitor.at(pages.email);
  await expect(visitor.field('New email', 'Change email')).toHaveValue('countess@example.com');
  await visitor.press('Change email');
  await visitor.expectText('We sent a link to countess@example.com');
});

test('a reset offers to unlink a provider that was linked lately, and a refused form keeps its tick', async ({ visitor, anotherVisitor, mailbox }) => {
  await arrive(visitor);
  const owner = await anotherVisitor();
  await owner.open('/users/reset-password');
  await owner.submit({ Email: person.email }, 'Send reset link');
  await owner.open(await mailbox.link(person.email, 'resetPassword'));
  const box = owner.page.getByRole('checkbox', { name: /^Unlink Acme, linked on / });
  await expect(box).toBeChecked();
  await owner.expectSound();
  await box.uncheck();
  await owner.submit({ 'New password': 'password1234' }, 'Reset password');
  await owner.expectFieldError('New password', 'Reset password', /Too easy to guess/);
  await expect(box).not.toBeChecked();
  await box.check();
  await owner.submit({ 'New password': newPassword }, 'Reset password');
  await owner.at('/users/log-in');
  await visitor.expectSignedOut();

  await continueAgain(visitor);
  await visitor.expectText(/An account with this email already exists\./);
  await signIn(owner, { ...person, password: newPassword });
  await owner.open(pages.providers);
  await expect(owner.button('Link Acme')).toBeVisible();
});

test('a password does not open what only a provider opens', async ({ visitor, anotherVisitor }) => {
  await arrive(visitor);
  await expectSignInRefused(await anotherVisitor(), person);
});
