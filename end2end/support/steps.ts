// The steps that journeys share. Each ends where the next may begin.
import { expect } from '@playwright/test';
import type { Mailbox } from './mailbox.ts';
import type { Fields, Visitor } from './visitor.ts';

export interface Person {
  email: string;
  password: string;
}

export const ada = (): Person => ({ email: 'ada@example.com', password: 'quiet lanterns orbit slowly' });
export const newPassword = 'seven pale otters jump north';

export async function signUp(visitor: Visitor, { email, password }: Person): Promise<void> {
  await visitor.open('/users/register');
  await visitor.submit({ Email: email, Password: password }, 'Create account');
  await expect(visitor.heading('Check your inbox')).toBeVisible();
}

/** Opens the mailed link in the browser that signed up, which signs in; `not` names links of earlier letters. */
export async function confirmAddress(visitor: Visitor, mailbox: Mailbox, { email }: Person, ...not: string[]): Promise<void> {
  await visitor.open(await mailbox.link(email, 'confirm', ...not));
  await visitor.press('Confirm address');
  await visitor.expectSignedIn();
}

/** Signs a new person up and in, with a verified address. */
export async function register(visitor: Visitor, mailbox: Mailbox, person: Person): Promise<void> {
  await signUp(visitor, person);
  await confirmAddress(visitor, mailbox, person);
}

/** Sends the sign-in form; the caller checks where that leads. */
export async function logIn(visitor: Visitor, { email, password }: Person): Promise<void> {
  await visitor.open('/users/log-in');
  await visitor.submit({ Email: email, Password: password }, 'Sign in');
}

export async function signIn(visitor: Visitor, person: Person): Promise<void> {
  await logIn(visitor, person);
  await visitor.at('/dashboard');
  await visitor.expectSignedIn();
}

export async function expectSignInRefused(visitor: Visitor, person: Person): Promise<void> {
  await logIn(visitor, person);
  await expect(visitor.page.getByRole('alert').filter({ hasText: /\S/ }).first()).toBeVisible();
  await visitor.at('/users/log-in');
  await expect(visitor.field('Email', 'Sign in')).toHaveValue(person.email);
  await expect(visitor.field('Password', 'Sign in')).toHaveValue('');
  await expect(visitor.button('Sign out')).toBeHidden();
}

/** Confirms it's them after the form on `path` was refused without sudo mode; ends at the form again. */
export async function confirmItsMe(visitor: Visitor, path: string, password: string): Promise<void> {
  if (visitor.javascript) {
    const dialog = visitor.page.getByRole('dialog', { name: "Confirm it's you" });
    await expect(dialog).toBeVisible();
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
    await expect(dialog).toBeHidden();
  } else {
    await visitor.at('/users/sudo');
    await visitor.submit({ Password: password }, 'Confirm');
  }
  await visitor.at(path);
}

/** A question before an action that ends access: the action's page, the question's page, its title and its button. */
export interface Question {
  page: string;
  path: string;
  title: string;
  agree: string;
}

const settings = '/users/settings';
export const questions = {
  signOutOthers: {
    page: `${settings}/sessions`,
    path: `${settings}/sessions/sign-out-others`,
    title: 'Sign out everywhere else?',
    agree: 'Sign out everywhere else',
  },
  revokeAllTokens: {
    page: `${settings}/api-tokens`,
    path: `${settings}/api-tokens/revoke-all`,
    title: 'Revoke every API token?',
    agree: 'Revoke every token',
  },
  disown: {
    page: `${settings}/security-log`,
    path: `${settings}/security-log/disown`,
    title: 'Was this someone else?',
    agree: 'Secure my account',
  },
} as const;

/** Waits for a question: a dialog on the page, or without JavaScript a page of its own. */
export async function expectAsked(visitor: Visitor, { path, title }: Question): Promise<void> {
  if (visitor.javascript) await expect(visitor.page.getByRole('dialog', { name: title })).toBeVisible();
  else await visitor.at(path);
  await expect(visitor.heading(title)).toBeVisible();
}

/** Agrees to a question, confirms it's them, finds the question as it was, and agrees again. */
export async function agreeWithSudo(visitor: Visitor, question: Question, password: string): Promise<void> {
  await expectAsked(visitor, question);
  await visitor.press(question.agree);
  await confirmItsMe(visitor, visitor.javascript ? question.page : question.path, password);
  await expectAsked(visitor, question);
  await visitor.press(question.agree);
}

/** Sends a form that needs sudo mode, confirms, finds the form as it was, and sends it again. */
export async function submitWithSudo(visitor: Visitor, path: string, fields: Fields, button: string, password: string): Promise<void> {
  await visitor.open(path);
  await visitor.submit(fields, button);
  await confirmItsMe(visitor, path, password);
  for (const [label, value] of Object.entries(fields)) await expect(visitor.field(label, button)).toHaveValue(value);
  await visitor.press(button);
}

/** Requests an e-mail change and waits until it is pending. */
export async function requestEmailChange(visitor: Visitor, person: Person, wanted: string): Promise<void> {
  await submitWithSudo(visitor, '/users/settings/email', { 'New email': wanted }, 'Change email', person.password);
  await expect(visitor.button('Cancel change')).toBeVisible();
}

/** Chooses a new password behind a reset link, which does not sign in. */
export async function resetByLink(visitor: Visitor, link: string, password: string): Promise<void> {
  await visitor.open(link);
  await visitor.submit({ 'New password': password }, 'Reset password');
  await visitor.at('/users/log-in');
}

/** Closes the account; its sessions end. */
export async function scheduleDeletion(visitor: Visitor, person: Person): Promise<void> {
  const fields = { 'Type your email to confirm': person.email };
  await submitWithSudo(visitor, '/users/settings/delete', fields, 'Delete my account', person.password);
  await visitor.expectText(/Your account is closed and will be erased on/);
}
