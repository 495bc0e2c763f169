// An account with a password: its pages, and the states of their forms.
import { expect } from '@playwright/test';
import { ada, newPassword } from '../../support/steps.ts';
import { firefoxOnAndroid, type Stage } from '../stage.ts';

const person = ada();
const agents = [
  firefoxOnAndroid,
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'curl/8.14.1',
];

export async function fresh(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.showAt('home', 'signed in', '/');
  await stage.showAt('dashboard', 'signed in', '/dashboard');
  await stage.showAt('settings', 'new account', '/users/settings');
  await stage.showAt('profile', 'empty', '/users/settings/profile');
  await stage.showPending('profile', 'update_profile', { name: 'Ada Lovelace' });
  await stage.submit('update_profile', { name: 'a'.repeat(65) });
  await stage.show('profile', 'refused');
  await stage.submit('update_profile', { name: 'Augusta Ada King, Countess of Lovelace, née Byron' });
  await stage.show('profile', 'saved');
  await stage.showAt('settings', 'with a name', '/users/settings');
}

export async function ofAnother(stage: Stage): Promise<void> {
  await stage.register({ ...person, email: 'grace@example.com' }, await stage.anotherVisitor());
  await stage.register(person);
  await stage.submit('update_profile', { name: 'Ada Lovelace', account: 'v1.of.another' });
  await stage.show('profile', 'form of another account');
  await stage.submit('sign_in', { email: 'grace@example.com', password: person.password, return_to: '' });
  await stage.show('dashboard', 'signed in in the place of another');
}

export async function changingPassword(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.signInFrom(firefoxOnAndroid, person);
  const path = '/users/settings/password';
  await stage.showAt('password', 'empty', path);
  await stage.showPending('password', 'change_password', { current_password: person.password, new_password: newPassword });
  await stage.submit('change_password', { current_password: person.password, new_password: 'ada@example.com1' });
  await stage.show('password', 'refused, weak');
  await stage.submit('change_password', { current_password: 'not this one at all', new_password: newPassword });
  await stage.show('password', 'refused, wrong');
  await stage.submit('change_password', { current_password: person.password, new_password: newPassword });
  await stage.show('password', 'changed');
}

export async function sudo(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.showAt('sudo', 'empty', '/users/sudo?return_to=/users/settings/api-tokens');
  await stage.submit('confirm_sudo', { password: 'not this one at all', return_to: '/users/settings/api-tokens' });
  await stage.show('sudo', 'refused');
  await stage.visitor.open('/users/settings/email');
  await stage.openDialog('request_email_change', { new_email: 'countess@example.com' });
  await stage.show('sudo-dialog', 'to change the email');
  await stage.press('confirm_sudo', { password: 'not this one at all' });
  await expect(stage.visitor.page.locator('dialog [aria-invalid=true]')).toBeVisible();
  await stage.show('sudo-dialog', 'refused');
  await stage.press('confirm_sudo', { password: person.password });
  await expect(stage.visitor.page.getByRole('dialog')).toBeHidden();
  await stage.show('email', 'confirmed, press again');
}

export async function sudoForDeletion(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.visitor.open('/users/settings/delete');
  await stage.openDialog('schedule_deletion', { confirmation: person.email });
  await stage.show('sudo-dialog', 'to delete the account');
}

export async function sessions(stage: Stage): Promise<void> {
  await stage.register(person);
  const path = '/users/settings/sessions';
  await stage.showAt('sessions', 'only this one', path);
  for (const agent of agents) await stage.signInFrom(agent, person);
  await stage.showAt('sessions', 'six', path);
  await stage.showAt('settings', 'six sessions', '/users/settings');
  await stage.visitor.open(path);
  await stage.visitor.page.locator('form[action="/api/revoke_session"] button').first().click();
  await expect(stage.visitor.page.getByRole('dialog')).toBeVisible();
  await stage.show('sudo-dialog', 'to revoke a session');
  await stage.visitor.open(path);
  await stage.showQuestion('question', 'sign out the others', `${path}/sign-out-others`);
  await stage.showAt('question', 'sign out the others, as a page', `${path}/sign-out-others`);
  await stage.confirm(person);
  await stage.submit('revoke_other_sessions');
  await stage.show('sessions', 'others signed out');
  await stage.showAt('security-log', 'after sign-ins', '/users/settings/security-log');
}

export async function signedOutElsewhere(stage: Stage): Promise<void> {
  await stage.register(person);
  const other = await stage.anotherVisitor();
  await stage.signIn(person, other);
  await other.open('/users/settings/profile');
  await stage.confirm(person);
  await stage.post('revoke_other_sessions');
  await expect(other.page.locator('form[action="/api/sign_out"]')).toHaveCount(0);
  await stage.show('dashboard', 'signed out elsewhere', other);
}

export async function tokens(stage: Stage): Promise<void> {
  await stage.register(person);
  const path = '/users/settings/api-tokens';
  await stage.showAt('api-tokens', 'none', path);
  await stage.confirm(person);
  await stage.submit('create_api_token', { name: '', scope: 'read', expires: '30' });
  await stage.show('api-tokens', 'refused');
  await stage.submit('create_api_token', { name: 'Backup of the office', scope: 'read', expires: '30' });
  await stage.show('api-tokens', 'created');
  await stage.post('create_api_token', { name: 'a-rather-long-name-of-a-program-that-must-break-somewhere-012345', scope: 'write', expires: '365' });
  await stage.post('create_api_token', { name: 'CI', scope: 'read', expires: '90' });
  await stage.showAt('api-tokens', 'three', path);
  await stage.showQuestion('question', 'revoke all tokens', `${path}/revoke-all`);
  await stage.showAt('question', 'revoke all tokens, as a page', `${path}/revoke-all`);
  await stage.submit('revoke_all_api_tokens');
  await stage.show('api-tokens', 'all revoked');
}

export async function securityLog(stage: Stage): Promise<void> {
  await stage.register(person);
  const path = '/users/settings/security-log';
  await stage.showAt('security-log', 'filtered, empty', `${path}?kind=export`);
  for (const agent of agents) await stage.signInFrom(agent, person);
  await stage.post('sign_in', { ...person, password: 'not this one at all', return_to: '' }, await stage.anotherVisitor());
  await stage.confirm(person);
  await stage.post('create_api_token', { name: 'CI', scope: 'read', expires: '30' });
  await stage.post('request_email_change', { new_email: 'countess@example.com' });
  await stage.post('update_profile', { name: 'Ada' });
  await stage.showAt('security-log', 'many events', path);
  await stage.showQuestion('question', 'this wasn’t me', `${path}/disown`);
  await stage.showAt('question', 'this wasn’t me, as a page', `${path}/disown?event=1`);
  await stage.submit('disown_event', { event: '1', kind: '', before: '' });
  await stage.show('password', 'after “This wasn’t me”');
}
