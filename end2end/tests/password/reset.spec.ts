import { expect, test } from '../../support/fixtures.ts';
import { ada, expectSignInRefused, newPassword, register, signIn } from '../../support/steps.ts';

test('a forgotten password is replaced by a mailed link, which signs nobody in', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);

  const other = await anotherVisitor();
  await other.open('/users/reset-password');
  await other.expectSound();
  await other.submit({ Email: person.email }, 'Send reset link');
  const link = await mailbox.link(person.email, 'resetPassword');
  await visitor.open('/dashboard');
  await visitor.expectSignedIn();

  await other.open(link);
  await other.expectSound();
  await other.submit({ 'New password': 'password1234' }, 'Reset password');
  await other.expectFieldError('New password', 'Reset password', /Too easy to guess/);
  await other.submit({ 'New password': newPassword }, 'Reset password');
  await other.at('/users/log-in');
  await expect(other.button('Sign out')).toBeHidden();
  await visitor.expectSignedOut();

  await expectSignInRefused(visitor, person);
  await signIn(visitor, { ...person, password: newPassword });
  await other.open(link);
  await expect(other.heading('This link no longer works')).toBeVisible();
});

test('an unknown address gets the same answer as a known one', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const answers: string[] = [];
  for (const email of [person.email, 'nobody@example.com']) {
    await visitor.open('/users/reset-password');
    const asked = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
    await visitor.submit({ Email: email }, 'Send reset link');
    answers.push(String((await asked).status()));
    await visitor.expectText(`If there's an account for ${email}, a link is on its way.`);
    answers.push((await visitor.page.getByRole('main').innerText()).replaceAll(email, 'EMAIL'));
  }
  expect(answers.slice(0, 2)).toEqual(answers.slice(2));
});
