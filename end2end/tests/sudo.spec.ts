import { expect, test } from '../support/fixtures.ts';
import { ada, confirmItsMe, register, submitWithSudo } from '../support/steps.ts';

const path = '/users/settings/email';
const button = 'Change email';
const wanted = 'countess@example.com';

test('a refused action asks who it is, keeps the form, and does nothing until it is sent again', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open(path);
  await visitor.submit({ 'New email': wanted }, button);
  if (visitor.javascript) await expect(visitor.page.getByRole('dialog')).toBeVisible();
  else await visitor.at('/users/sudo');
  await visitor.expectSound();

  await confirmItsMe(visitor, path, person.password);
  await expect(visitor.field('New email', button)).toHaveValue(wanted);
  await expect(visitor.button('Cancel change')).toBeHidden();
  expect(await mailbox.to(wanted), 'nothing was replayed').toEqual([]);

  await visitor.press(button);
  await visitor.expectText(`We sent a link to ${wanted}`);
});

test('a wrong password does not confirm', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open(path);
  await visitor.submit({ 'New email': wanted }, button);
  if (!visitor.javascript) await visitor.at('/users/sudo');
  await visitor.submit({ Password: 'this is not it at all' }, 'Confirm');
  await visitor.expectFieldError('Password', 'Confirm', /\S/);
  await visitor.expectSound();
  await confirmItsMe(visitor, path, person.password);
  await expect(visitor.field('New email', button)).toHaveValue(wanted);
});

test('once confirmed, the next action is not asked again', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await submitWithSudo(visitor, path, { 'New email': wanted }, button, person.password);
  await visitor.expectText(`We sent a link to ${wanted}`);
  await visitor.open('/users/settings/delete');
  await visitor.submit({ 'Type your email to confirm': 'not mine' }, 'Delete my account');
  await visitor.expectFieldError('Type your email to confirm', 'Delete my account', /\S/);
});

test('the sudo page returns to paths of this site only', async ({ visitor, mailbox, server }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open('/users/sudo?return_to=https%3A%2F%2Fexample.com%2F');
  await visitor.expectSound();
  await visitor.submit({ Password: person.password }, 'Confirm');
  await expect(visitor.page).not.toHaveURL((url) => url.pathname === '/users/sudo');
  expect(new URL(visitor.page.url()).origin).toBe(server.url);
});

test.describe('when the time is up', () => {
  test.use({ settings: { SIGNET_SUDO__TTL: '2s' } });

  test('the next action is asked again', async ({ visitor, mailbox }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    await visitor.open(path);
    await visitor.submit({ 'New email': wanted }, button);
    await confirmItsMe(visitor, path, person.password);
    await visitor.page.waitForTimeout(3_500);
    await visitor.press(button);
    if (visitor.javascript) await expect(visitor.page.getByRole('dialog')).toBeVisible();
    else await visitor.at('/users/sudo');
    expect(await mailbox.to(wanted)).toEqual([]);
  });
});
