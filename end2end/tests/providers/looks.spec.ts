// The pages of accounts that sign in through a provider, checked as in looks.spec.ts.
import { look, lookAt } from '../../support/pictures.ts';
import { authorizeAtGithub, expect, logInAtAcme, test } from '../../support/with-providers.ts';

test('pages for everybody', async ({ visitor, acme, guard }) => {
  guard.expect(/503/);
  await lookAt(visitor, 'provider-register', '/users/register');
  await lookAt(visitor, 'provider-log-in', '/users/log-in');
  await acme.stop();
  await visitor.button('Continue with Acme').click();
  await expect(visitor.heading("Acme can't be reached")).toBeVisible();
  await look(visitor, 'provider-down');
  await acme.listen();
  // Signet remembers a provider's failure for a few seconds.
  await visitor.page.waitForTimeout(6_000);
  // An answer without content keeps the browser on the page in between.
  await visitor.page.route(`${acme.issuer}/**`, (route) => route.fulfill({ status: 204 }));
  await visitor.page.getByRole('link', { name: 'Try again' }).click();
  await expect(visitor.heading('Continuing to Acme')).toBeVisible();
  await look(visitor, 'provider-continuing');
  await lookAt(visitor, 'provider-nowhere', '/users/auth/nothing');
});

test('pages of a login without an address that counts', async ({ visitor, acme }) => {
  acme.people.set('eve', { email: 'eve@example.com', verified: false });
  await visitor.open('/users/log-in');
  await visitor.button('Continue with Acme').click();
  await logInAtAcme(visitor, 'eve');
  await visitor.at('/users/register/email');
  await look(visitor, 'provider-address');
  await visitor.submit({ Email: 'no address' }, 'Send link');
  await expect(visitor.page.locator('[aria-invalid="true"]')).toBeVisible();
  await look(visitor, 'provider-address-refused');
});

test('pages of an account', async ({ visitor, acme }) => {
  acme.people.set('ada', { email: 'ada@example.com', verified: true });
  await visitor.open('/users/log-in');
  await visitor.button('Continue with Acme').click();
  await logInAtAcme(visitor, 'ada');
  await visitor.at('/dashboard');
  await lookAt(visitor, 'provider-settings', '/users/settings');
  await lookAt(visitor, 'provider-password', '/users/settings/password');
  await lookAt(visitor, 'provider-providers', '/users/settings/providers');
  await visitor.press('Unlink Acme');
  await expect(visitor.page.getByRole('dialog')).toBeVisible();
  await look(visitor, 'provider-dialog');
  await lookAt(visitor, 'provider-sudo', '/users/sudo?return_to=/users/settings/providers');
  await visitor.button('Continue with Acme').click();
  await logInAtAcme(visitor, 'ada');
  await visitor.at('/users/settings/providers');
  await look(visitor, 'provider-confirmed');
  await visitor.press('Unlink Acme');
  await expect(visitor.page.locator('.notice-refused')).toBeVisible();
  await look(visitor, 'provider-last-way-in');
  await lookAt(visitor, 'provider-log', '/users/settings/security-log');
});

test('pages of a code', async ({ visitor }) => {
  await visitor.open('/users/log-in');
  await visitor.button('Continue with GitHub').click();
  await authorizeAtGithub(visitor);
  await visitor.at('/dashboard');
  await visitor.open('/users/settings/email');
  await visitor.submit({ 'New email': 'countess@example.com' }, 'Change email');
  await expect(visitor.page.getByRole('dialog')).toBeVisible();
  await look(visitor, 'code-dialog');
  await visitor.press('Email me a code');
  await visitor.at('/users/sudo');
  await look(visitor, 'code-sent');
  await visitor.submit({ Code: 'WRONGONE' }, 'Confirm');
  await visitor.expectFieldError('Code', 'Confirm', /wrong/);
  await look(visitor, 'code-wrong');
});
