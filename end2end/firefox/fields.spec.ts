// What the fields of a form are called, for browsers and password managers.
import { expect, register, test } from '../support/firefox.ts';
import { ada, newPassword } from '../support/steps.ts';

test('the forms name their fields as password managers read them', async ({ fox, mailbox }) => {
  const person = ada();
  /** The field for the user's name; where a page knows whose password it is, it holds the address, and people don't see it. */
  const user = (shown = '') => `text username${shown && ` ${shown}`}`;
  const forms = async (cases: [string, string, string[]][]) => {
    for (const [path, button, fields] of cases) {
      await fox.goTo(path);
      expect(await fox.autocomplete(button), path).toEqual(fields);
    }
  };
  await forms([
    ['/users/register', 'Create account', [user(), 'password new-password']],
    ['/users/log-in', 'Sign in', [user(), 'password current-password']],
    ['/users/reset-password', 'Send reset link', [user()]],
  ]);
  await register(fox, mailbox, person);
  await forms([
    ['/users/settings/password', 'Change password', [user(person.email), 'password current-password', 'password new-password']],
    ['/users/sudo', 'Confirm', [user(person.email), 'password current-password']],
    ['/users/settings/email', 'Change email', ['text email']],
  ]);
  await fox.signOut();

  await fox.goTo('/users/reset-password');
  await fox.submit({ Email: person.email }, 'Send reset link');
  await fox.goTo(await mailbox.link(person.email, 'resetPassword'));
  expect(await fox.autocomplete('Reset password')).toEqual([user(person.email), 'password new-password']);
  await fox.submit({ 'New password': newPassword }, 'Reset password');
  await fox.at('/users/log-in');
  await fox.submit({ Email: person.email, Password: newPassword }, 'Sign in');
  await fox.at('/dashboard');
});
