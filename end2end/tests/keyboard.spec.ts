import { expect, test } from '../support/fixtures.ts';
import { ada, newPassword, register } from '../support/steps.ts';
import type { Visitor } from '../support/visitor.ts';
import type { Locator } from '@playwright/test';

/** Presses Tab until the focus is on the element, and checks that the focus is visible. */
async function tabTo(visitor: Visitor, wanted: Locator): Promise<void> {
  const arrived = () => wanted.evaluate((element) => element === document.activeElement);
  for (let steps = 0; steps < 40 && !(await arrived()); steps++) await visitor.page.keyboard.press('Tab');
  await expect(wanted).toBeFocused();
  const outline = await wanted.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline, 'the focus shows').not.toBe('none');
}

test('signing in and changing the password work by keyboard alone', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.press('Sign out');
  await expect(visitor.button('Sign out')).toBeHidden();
  const { keyboard } = visitor.page;

  await visitor.open('/users/log-in');
  await tabTo(visitor, visitor.field('Email', 'Sign in'));
  await keyboard.type(person.email);
  await tabTo(visitor, visitor.field('Password', 'Sign in'));
  await keyboard.type(person.password);
  await keyboard.press('Enter');
  await visitor.at('/dashboard');

  await visitor.open('/users/settings');
  await tabTo(visitor, visitor.page.locator('a[href="/users/settings/password"]').first());
  await keyboard.press('Enter');
  await visitor.at('/users/settings/password');
  await tabTo(visitor, visitor.field('Current password', 'Change password'));
  await keyboard.type(person.password);
  await tabTo(visitor, visitor.field('New password', 'Change password'));
  await keyboard.type(newPassword);
  await tabTo(visitor, visitor.button('Change password'));
  await keyboard.press('Space');
  await visitor.expectText(/Password changed\./);
});

test('the sudo dialog holds the focus and gives it back', async ({ visitor, mailbox }) => {
  test.skip(!visitor.javascript, 'without JavaScript it is a page');
  await register(visitor, mailbox, ada());
  await visitor.open('/users/settings/email');
  await visitor.fill({ 'New email': 'countess@example.com' }, 'Change email');
  await tabTo(visitor, visitor.button('Change email'));
  await visitor.page.keyboard.press('Enter');
  const dialog = visitor.page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await expect(dialog.locator(':focus')).toHaveCount(1);
  await visitor.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(visitor.button('Change email')).toBeFocused();
  await expect(visitor.field('New email', 'Change email')).toHaveValue('countess@example.com');
});
