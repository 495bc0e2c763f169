// Accounts that sign in through a provider. Acme says when a person signed in; GitHub does not, so a code is mailed.
import { expect } from '@playwright/test';
import { authorizeAtGithub } from '../../support/with-providers.ts';
import { ada } from '../../support/steps.ts';
import type { Stage } from '../stage.ts';

const person = ada();

export async function beforeProvider(stage: Stage): Promise<void> {
  const { visitor } = stage;
  const acme = stage.acme!;
  await stage.showAt('register', 'with providers', '/users/register');
  await stage.showAt('log-in', 'with providers', '/users/log-in');
  // An answer without content keeps the browser on the page in between.
  await visitor.page.route(`${acme.issuer}/**`, (route) => route.fulfill({ status: 204 }));
  await stage.press('continue_with_provider');
  await expect(visitor.page).toHaveURL(/\/users\/auth\/acme/);
  await stage.show('continue', 'on the way');
  await visitor.page.unroute(`${acme.issuer}/**`);
  await stage.showAt('continue', 'no such provider', '/users/auth/nothing');
}

export async function providerDown(stage: Stage): Promise<void> {
  stage.guard.expect(/503/);
  await stage.visitor.open('/users/log-in');
  await stage.acme!.stop();
  await stage.press('continue_with_provider');
  await expect(stage.visitor.page).not.toHaveURL(/log-in/);
  await stage.show('continue', 'provider down');
}

export async function loginWithoutAddress(stage: Stage): Promise<void> {
  stage.acme!.people.set('eve', { email: 'eve@example.com', verified: false });
  await stage.arriveByAcme('eve');
  await stage.show('register-email', 'empty');
  await stage.submit('sign_up_with_provider', { email: 'no address' });
  await stage.show('register-email', 'refused');
}

export async function addressTaken(stage: Stage): Promise<void> {
  await stage.register(person, await stage.anotherVisitor());
  stage.acme!.people.set('ada', { email: person.email, verified: true });
  await stage.arriveByAcme('ada');
  await stage.show('log-in', 'an account has the provider’s address');
}

export async function linking(stage: Stage): Promise<void> {
  stage.acme!.people.set('ada', { email: person.email, verified: true });
  await stage.register(person);
  await stage.showAt('providers', 'none linked', '/users/settings/providers');
  await stage.confirm(person);
  await stage.visitor.open('/users/settings/providers');
  await stage.press('continue_with_provider');
  await stage.logInAtAcme('ada');
  await stage.visitor.at('/users/settings/providers');
  await stage.show('providers', 'linked');
}

export async function providerOnly(stage: Stage): Promise<void> {
  const { visitor } = stage;
  stage.acme!.people.set('ada', { email: person.email, verified: true });
  await stage.arriveByAcme('ada');
  await stage.showAt('settings', 'provider only', '/users/settings');
  await stage.showAt('password', 'none set', '/users/settings/password');
  await stage.showAt('providers', 'one linked', '/users/settings/providers');
  await stage.openDialog('unlink_provider');
  await stage.show('sudo-dialog', 'at a provider');
  await stage.showAt('sudo', 'at a provider', '/users/sudo?return_to=/users/settings/providers');
  await stage.press('continue_with_provider');
  await stage.logInAtAcme('ada');
  await visitor.at('/users/settings/providers');
  await stage.show('providers', 'confirmed');
  await stage.submit('unlink_provider', { provider: 'acme' });
  await stage.show('providers', 'the last way in');
  await stage.submit('set_password', { new_password: 'password1234' });
  await stage.show('password', 'none set, refused');
  await stage.submit('set_password', { new_password: person.password });
  await stage.show('password', 'set');
  await stage.confirm(person);
  await stage.submit('unlink_provider', { provider: 'acme' });
  await stage.show('providers', 'unlinked');
}

export async function mailedCode(stage: Stage): Promise<void> {
  const { visitor } = stage;
  await visitor.open('/users/log-in');
  await visitor.page.locator('form[action="/api/continue_with_provider"]').filter({ has: visitor.page.locator('[value=github]') }).locator('button').click();
  await authorizeAtGithub(visitor);
  await visitor.at('/dashboard');
  await visitor.open('/users/settings/email');
  await stage.openDialog('request_email_change', { new_email: 'countess@example.com' });
  await stage.show('sudo-dialog', 'by a code');
  await stage.submit('request_sudo_code', { return_to: '/users/settings/email' });
  await stage.show('sudo', 'code sent');
  await stage.submit('confirm_sudo_by_code', { code: 'WRONGONE', return_to: '/users/settings/email' });
  await stage.show('sudo', 'code refused');
}
