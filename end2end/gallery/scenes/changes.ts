// An email change, an export and a deletion, from the request to the last link.
import { expect } from '@playwright/test';
import { ada, type Person } from '../../support/steps.ts';
import { firefoxOnAndroid, tokenOf, type Stage } from '../stage.ts';

const person = ada();
const wanted = 'a.rather.long.address.that.must.break.somewhere@subdomain.of.a.long.domain.example.com';

export async function emailForm(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.showAt('email', 'empty', '/users/settings/email');
  await stage.showPending('email', 'request_email_change', { new_email: wanted });
  await stage.confirm(person);
  await stage.submit('request_email_change', { new_email: 'ada' });
  await stage.show('email', 'refused');
  await stage.submit('request_email_change', { new_email: person.email });
  await stage.show('email', 'refused, the same');
}

export async function emailChange(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.confirm(person);
  await stage.submit('request_email_change', { new_email: wanted });
  await stage.show('email', 'change requested');
  await stage.showAt('email', 'pending', '/users/settings/email');
  await stage.showAt('settings', 'change pending', '/users/settings');
  const other = await stage.anotherVisitor();
  const confirm = await stage.mailbox.link(wanted, 'confirmEmail');
  await stage.showAt('confirm-email', 'signed out', confirm, other);
  await stage.showAt('confirm-email', 'signed in', confirm);
  await stage.showAt('cancel-email', 'asked', await stage.mailbox.link(person.email, 'cancelEmail'), other);
  await stage.submit('confirm_email_change', { token: tokenOf(confirm) });
  await stage.show('log-in', 'email changed');
  const undo = await stage.mailbox.link(person.email, 'undoEmail');
  await stage.signIn({ ...person, email: wanted });
  await stage.showAt('dead-link', 'email changed already', confirm);
  await stage.showAt('settings', 'long address', '/users/settings');
  await stage.showAt('undo-email', 'asked', undo, other);
  await stage.submit('undo_email_change', { token: tokenOf(undo) }, other);
  await stage.show('undo-email', 'done', other);
}

export async function emailCancelled(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.confirm(person);
  await stage.post('request_email_change', { new_email: 'countess@example.com' });
  const other = await stage.anotherVisitor();
  const cancel = await stage.mailbox.link(person.email, 'cancelEmail');
  await stage.submit('cancel_email_change_by_link', { token: tokenOf(cancel) }, other);
  await stage.show('cancel-email', 'done', other);
  await stage.post('request_email_change', { new_email: 'countess@example.com' });
  await stage.submit('cancel_email_change');
  await stage.show('email', 'cancelled');
}

export async function exporting(stage: Stage): Promise<void> {
  await stage.register(person);
  const path = '/users/settings/export';
  await stage.showAt('export', 'none', path);
  await stage.confirm(person);
  // Without a worker the export stays in preparation.
  await restart(stage, 'off');
  await stage.submit('request_export');
  await stage.show('export', 'requested');
  await stage.showAt('export', 'in preparation', path);
  await restart(stage, 'on');
  await stage.mailbox.letter(person.email, /\/users\/settings\/export/);
  await stage.showAt('export', 'ready', path);
  await stage.showAt('settings', 'export ready', '/users/settings');
  await stage.showAt('delete', 'with an export', '/users/settings/delete');
}

async function restart(stage: Stage, worker: 'on' | 'off'): Promise<void> {
  await stage.leave();
  stage.server.configure({ SIGNET_WORKER: worker });
  await stage.server.restart();
}

export async function deleting(stage: Stage): Promise<void> {
  await stage.register(person);
  const path = '/users/settings/delete';
  await stage.showAt('delete', 'empty', path);
  await stage.confirm(person);
  await stage.submit('schedule_deletion', { confirmation: 'grace@example.com' });
  await stage.show('delete', 'refused');
  await stage.submit('schedule_deletion', { confirmation: person.email });
  await stage.show('log-in', 'account closed');
  const keep = await stage.mailbox.link(person.email, 'keepAccount');
  await stage.showAt('keep', 'asked', keep, await stage.anotherVisitor());
  await stage.submit('sign_in', { ...person, return_to: '' });
  await stage.show('reactivate', 'signed in');
  await stage.submit('cancel_deletion');
  await stage.show('dashboard', 'welcome back');
  await stage.showAt('dead-link', 'kept already', keep);
  await stage.showAt('mailbox', 'five letters', '/dev/mailbox');
}

export async function kept(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.confirm(person);
  await stage.post('schedule_deletion', { confirmation: person.email });
  const other = await stage.anotherVisitor();
  const keep = await stage.mailbox.link(person.email, 'keepAccount');
  await stage.submit('keep_account', { token: tokenOf(keep) }, other);
  await stage.show('keep', 'done', other);
}

/** Two of them remind of the deletion, and the last one says goodbye. */
const lettersToPerson = 14;

/** Letters that no other scene causes. Nothing is shown but the mailbox. */
export async function rareLetters(stage: Stage): Promise<void> {
  const { server, mailbox } = stage;
  await stage.register(person);
  const grace: Person = { ...person, email: 'grace@example.com' };
  const other = await stage.anotherVisitor();
  await stage.post('sign_up', { ...person }, other);
  await stage.register(grace, other);
  await stage.confirm(grace, other);
  await stage.post('request_email_change', { new_email: person.email }, other);
  for (const command of ['sign-out', 'forget-devices']) await server.command('user', command, person.email, '--reason', 'Your laptop was found.');
  await stage.signIn(person);
  await stage.confirm(person);
  await revokeThreeByToken(stage);
  await stage.post('schedule_deletion', { confirmation: person.email });
  await expect.poll(async () => (await mailbox.to(person.email)).length, { timeout: 40_000 }).toBe(lettersToPerson);
  await stage.showAt('mailbox', 'rare letters', '/dev/mailbox');
}

async function revokeThreeByToken(stage: Stage): Promise<void> {
  const { visitor, server } = stage;
  for (let sessions = 0; sessions < 3; sessions++) await stage.signInFrom(firefoxOnAndroid, person);
  await stage.submit('create_api_token', { name: 'CI', scope: 'write', expires: '30' });
  const token = /sgn_\w+/.exec(await visitor.page.content())?.[0] ?? '';
  const headers = { authorization: `Bearer ${token}` };
  const { sessions } = (await (await fetch(`${server.url}/api/v1/sessions`, { headers })).json()) as { sessions: { id: string; browser: string }[] };
  for (const { id } of sessions.filter(({ browser }) => browser === firefoxOnAndroid)) await fetch(`${server.url}/api/v1/sessions/${id}`, { method: 'DELETE', headers });
}
