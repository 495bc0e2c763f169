// What people see who are not signed in, and who are not in yet.
import { expect } from '@playwright/test';
import { ada } from '../../support/steps.ts';
import { firefoxOnAndroid, tokenOf, type Stage } from '../stage.ts';

const person = ada();

export async function registering(stage: Stage): Promise<void> {
  await stage.showAt('home', 'signed out', '/');
  await stage.showAt('register', 'empty', '/users/register');
  await stage.submit('sign_up', { email: 'no address', password: 'short' });
  await stage.show('register', 'refused address');
  await stage.submit('sign_up', { email: person.email, password: 'password1234' });
  await stage.show('register', 'refused password');
  await stage.visitor.open('/users/register');
  await stage.showPending('register', 'sign_up', { ...person });
  await stage.submit('sign_up', { ...person });
  await stage.show('inbox', 'sent');
  const link = await stage.mailbox.link(person.email, 'confirm');
  await stage.showAt('confirm', 'same browser', link);
  const other = await stage.anotherVisitor();
  await stage.showAt('confirm', 'another browser', link, other);
  await stage.submit('verify_email', { token: tokenOf(link), password: 'not this one at all' }, other);
  await stage.show('confirm', 'wrong password', other);
  await stage.submit('verify_email', { token: tokenOf(link) });
  await stage.show('dashboard', 'address confirmed');
  await stage.showAt('dead-link', 'confirmed already', link);
  await stage.showAt('dead-link', 'confirm', link, other);
}

export async function unverified(stage: Stage): Promise<void> {
  await stage.post('sign_up', { ...person });
  await stage.mailbox.link(person.email, 'confirm');
  await stage.submit('sign_in', { ...person, return_to: '' });
  await stage.show('settings', 'unverified');
  await stage.submit('resend_confirmation');
  await stage.show('settings', 'confirmation sent again');
  await stage.showAt('email', 'unverified', '/users/settings/email');
  await stage.submit('request_email_change', { new_email: 'ada' });
  await stage.show('email', 'unverified, refused');
  await stage.submit('request_email_change', { new_email: 'countess@example.com' });
  await stage.show('email', 'unverified, corrected');
  await stage.showAt('delete', 'unverified', '/users/settings/delete');
}

export async function signingIn(stage: Stage): Promise<void> {
  await stage.showAt('log-in', 'empty', '/users/log-in');
  await stage.submit('sign_in', { email: '', password: '', return_to: '' });
  await stage.show('log-in', 'sent empty');
  await stage.submit('sign_in', { email: person.email, password: 'not this one at all', return_to: '' });
  await stage.show('log-in', 'refused');
  await stage.visitor.open('/users/log-in');
  await stage.showPending('log-in', 'sign_in', { ...person });
  await stage.visitor.open('/users/log-in');
  stage.guard.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET/);
  await stage.visitor.page.route('**/api/sign_in', (route) => route.abort('connectionreset'));
  await stage.press('sign_in', { ...person });
  await expect(stage.visitor.page.locator('.form-problem, .notice').filter({ hasText: /\S/ }).first()).toBeVisible();
  await stage.show('log-in', 'server not reached');
  await stage.visitor.page.unroute('**/api/sign_in');
  await stage.showAt('log-in', 'on the way to the settings', '/users/settings/email');
  await stage.register(person);
  await stage.submit('sign_out');
  await stage.show('log-in', 'signed out');
}

export async function resetting(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.post('sign_out');
  await stage.showAt('reset-password', 'empty', '/users/reset-password');
  await stage.submit('request_password_reset', { email: 'ada' });
  await stage.show('reset-password', 'refused');
  await stage.submit('request_password_reset', { email: person.email });
  await stage.show('reset-password', 'sent');
  const link = await stage.mailbox.link(person.email, 'resetPassword');
  await stage.showAt('reset-link', 'empty', link);
  await stage.submit('reset_password', { token: tokenOf(link), new_password: 'password1234' });
  await stage.show('reset-link', 'refused');
  await stage.submit('reset_password', { token: tokenOf(link), new_password: 'seven pale otters jump north' });
  await stage.show('log-in', 'password reset');
  await stage.showAt('dead-link', 'reset password', link);
}

export async function limited(stage: Stage): Promise<void> {
  const wrong = { email: person.email, password: 'not this one at all', return_to: '' };
  for (let tries = 0; tries < 3; tries++) await stage.post('sign_in', wrong);
  await stage.submit('sign_in', wrong);
  await stage.show('log-in', 'limited');
}

export async function deadEnds(stage: Stage): Promise<void> {
  await stage.showAt('error', 'not found', '/nothing/here');
  await stage.showAt('dead-link', 'cancel an email change', '/users/email-change/cancel/x');
  await stage.showAt('dead-link', 'undo an email change', '/users/email-change/undo/x');
  await stage.showAt('dead-link', 'keep an account', '/users/keep/x');
  await stage.register(person);
  await stage.showAt('error', 'not found, signed in', '/users/settings/nothing');
  await stage.showAt('dead-link', 'confirm new email', '/users/settings/confirm-email/x');
}

export async function withoutJavascript(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.visitor.open('/users/settings/email');
  await stage.submit('request_email_change', { new_email: 'countess@example.com' });
  await stage.show('sudo', 'after a refused form');
  await stage.submit('confirm_sudo', { password: person.password, return_to: '/users/settings/email' });
  await stage.show('email', 'confirmed, form kept');
  await stage.signInFrom(firefoxOnAndroid, person);
  await stage.showAt('sessions', 'without JavaScript', '/users/settings/sessions');
  await stage.showAt('security-log', 'without JavaScript', '/users/settings/security-log');
}
