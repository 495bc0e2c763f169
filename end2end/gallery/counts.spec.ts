// Counts what each journey takes. It fails if a journey takes more clicks or fields than it did; where a journey gets
// shorter, lower its numbers here.
import { expect } from '@playwright/test';
import { ada, newPassword } from '../support/steps.ts';
import { test } from '../support/with-providers.ts';
import { Stage, firefoxOnAndroid } from './stage.ts';
import { Walker, type Count } from './walker.ts';

type Most = Pick<Count, 'clicks' | 'fields'>;
type Journey = (walker: Walker, stage: Stage) => Promise<void>;

const person = ada();
const { email, password } = person;
const credentials = { email, password };
const wanted = 'countess@example.com';

/** Walks a journey. `prepare` brings the person to its first page, which does not count. */
function journey(title: string, most: Most, prepare: (stage: Stage) => Promise<void>, walk: Journey): void {
  test(title, async ({ visitor, anotherVisitor, mailbox, server, guard, acme }) => {
    acme.people.set('ada', { email, verified: true });
    const stage = new Stage(visitor, anotherVisitor, mailbox, server, guard, acme, async () => {});
    await prepare(stage);
    const walker = new Walker(visitor.page, mailbox);
    await walk(walker, stage);
    await walker.done(most);
  });
}

const atHome = (stage: Stage): Promise<void> => stage.visitor.open('/');

async function signedOut(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.post('sign_out');
  await stage.visitor.open('/');
}

async function signedIn(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.visitor.open('/dashboard');
}

async function confirmed(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.confirm(person);
  await stage.visitor.open('/dashboard');
}

const byProvider = (stage: Stage): Promise<void> => stage.arriveByAcme('ada');

async function settings(walker: Walker, page: string): Promise<void> {
  await walker.follow('/users/settings');
  await walker.follow(`/users/settings/${page}`);
}

/** Confirms in the dialog that a refused form has opened. */
async function confirm(walker: Walker): Promise<void> {
  await expect(walker.page.getByRole('dialog')).toBeVisible();
  await walker.send('confirm_sudo', { password });
  await walker.confirmed();
}

async function atAcme(walker: Walker, server: string): Promise<void> {
  const login = walker.page.locator('[name=login]');
  await login.or(walker.page.locator(`a[href^="${server}"]`)).first().waitFor();
  await walker.type(login, 'login at Acme', 'ada');
  await walker.pressAt('Acme');
}

async function closed(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.confirm(person);
  await stage.post('schedule_deletion', { confirmation: email });
  await stage.visitor.open('/');
}

async function emailChanged(stage: Stage): Promise<void> {
  await stage.register(person);
  await stage.confirm(person);
  await stage.post('request_email_change', { new_email: wanted });
  const link = await stage.mailbox.link(wanted, 'confirmEmail');
  await stage.post('confirm_email_change', { token: link.split('/').at(-1)! });
  await stage.visitor.open('/');
}

async function changeEmail(walker: Walker, asked: boolean): Promise<void> {
  await settings(walker, 'email');
  await walker.send('request_email_change', { new_email: wanted });
  if (asked) {
    await confirm(walker);
    await walker.send('request_email_change');
  }
  await expect(walker.page.locator('form[action="/api/cancel_email_change"]')).toBeVisible();
  await walker.openLetter(wanted, 'confirmEmail');
  await walker.send('confirm_email_change');
  await walker.at('/users/log-in');
  const typed = await walker.page.locator('[name=email]').inputValue();
  await walker.send('sign_in', typed === wanted ? { password } : { email: wanted, password });
  await expect(walker.page).not.toHaveURL(/log-in/);
}

journey('register and confirm', { clicks: 3, fields: 2 }, atHome, async (walker) => {
  await walker.follow('/users/register');
  await walker.send('sign_up', credentials);
  await walker.openLetter(email, 'confirm');
  await walker.send('verify_email');
  await walker.at('/dashboard');
});

journey('sign in', { clicks: 2, fields: 2 }, signedOut, async (walker) => {
  await walker.follow('/users/log-in');
  await walker.send('sign_in', credentials);
  await walker.at('/dashboard');
});

journey('forgot password', { clicks: 5, fields: 4 }, signedOut, async (walker) => {
  await walker.follow('/users/log-in');
  await walker.follow('/users/reset-password');
  await walker.send('request_password_reset', { email });
  await walker.openLetter(email, 'resetPassword');
  await walker.send('reset_password', { new_password: newPassword });
  await walker.at('/users/log-in');
  await walker.send('sign_in', { email, password: newPassword });
  await walker.at('/dashboard');
});

journey('change email, outside sudo', { clicks: 7, fields: 3 }, signedIn, (walker) => changeEmail(walker, true));
journey('change email, within sudo', { clicks: 5, fields: 2 }, confirmed, (walker) => changeEmail(walker, false));

journey('change password', { clicks: 3, fields: 2 }, signedIn, async (walker) => {
  await settings(walker, 'password');
  await walker.send('change_password', { current_password: password, new_password: newPassword });
});

journey('set password, outside sudo', { clicks: 6, fields: 3 }, byProvider, async (walker, stage) => {
  await settings(walker, 'password');
  await walker.send('set_password', { new_password: newPassword });
  await expect(walker.page.getByRole('dialog')).toBeVisible();
  await walker.send('continue_with_provider');
  await atAcme(walker, stage.server.url);
  await walker.at('/users/settings/password');
  await walker.send('set_password', { new_password: newPassword });
});

journey('link a provider, outside sudo', { clicks: 6, fields: 2 }, signedIn, async (walker, stage) => {
  await settings(walker, 'providers');
  await walker.send('continue_with_provider');
  await confirm(walker);
  await walker.send('continue_with_provider');
  await atAcme(walker, stage.server.url);
  await walker.at('/users/settings/providers');
});

journey('unlink a provider, outside sudo', { clicks: 5, fields: 1 }, linked, async (walker) => {
  await settings(walker, 'providers');
  await walker.send('unlink_provider');
  await confirm(walker);
  await walker.send('unlink_provider');
});

async function linked(stage: Stage): Promise<void> {
  await signedIn(stage);
  await stage.confirm(person);
  await stage.visitor.open('/users/settings/providers');
  await stage.press('continue_with_provider');
  await stage.logInAtAcme('ada');
  await stage.visitor.at('/users/settings/providers');
  // A new session is not in sudo mode.
  await stage.post('sign_out');
  await stage.signIn(person);
  await stage.visitor.open('/dashboard');
}

journey('create a token, outside sudo', { clicks: 5, fields: 2 }, signedIn, async (walker) => {
  await settings(walker, 'api-tokens');
  await walker.send('create_api_token', { name: 'CI' });
  await confirm(walker);
  await walker.send('create_api_token');
});

journey('revoke a session, outside sudo', { clicks: 5, fields: 1 }, severalSessions, async (walker) => {
  await settings(walker, 'sessions');
  await walker.send('revoke_session');
  await confirm(walker);
  await walker.send('revoke_session');
});

async function severalSessions(stage: Stage): Promise<void> {
  await signedIn(stage);
  await stage.signInFrom(firefoxOnAndroid, person);
}

journey('export, outside sudo', { clicks: 6, fields: 1 }, signedIn, async (walker) => {
  await settings(walker, 'export');
  await walker.send('request_export');
  await confirm(walker);
  await walker.send('request_export');
  await openExport(walker, walker.page.url());
  const download = walker.page.waitForEvent('download');
  await walker.send('/users/settings/export/download');
  await download;
});

/** The letter's link leads to the page of the export. */
async function openExport(walker: Walker, address: string): Promise<void> {
  await walker.mailbox.letter(email, /\/users\/settings\/export/);
  walker.count.letters++;
  walker.steps.push('letter export');
  await walker.page.goto(address);
  await expect(walker.page.locator('form[action="/users/settings/export/download"]')).toBeVisible();
}

journey('delete, outside sudo', { clicks: 5, fields: 2 }, signedIn, async (walker) => {
  await settings(walker, 'delete');
  await walker.send('schedule_deletion', { confirmation: email });
  await confirm(walker);
  await walker.send('schedule_deletion');
  await walker.at('/users/log-in');
});

journey('reactivate by signing in', { clicks: 3, fields: 2 }, closed, async (walker) => {
  await walker.follow('/users/log-in');
  await walker.send('sign_in', credentials);
  await walker.at('/users/reactivate');
  await walker.send('cancel_deletion');
});

journey('reactivate by the letter', { clicks: 1, fields: 0 }, closed, async (walker) => {
  await walker.openLetter(email, 'keepAccount');
  await walker.send('keep_account');
});

journey('undo an email change', { clicks: 3, fields: 3 }, emailChanged, async (walker) => {
  await walker.openLetter(email, 'undoEmail');
  await walker.send('undo_email_change');
  await walker.openLetter(email, 'resetPassword');
  await walker.send('reset_password', { new_password: newPassword });
  await walker.at('/users/log-in');
  await walker.send('sign_in', { email, password: newPassword });
  await walker.at('/dashboard');
});
