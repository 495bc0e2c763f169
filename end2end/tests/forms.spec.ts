// What a form says about what was typed, when, and how it looks meanwhile.
import { expect, test } from '../support/fixtures.ts';
import { ada, register } from '../support/steps.ts';

const problem = 'form .form-problem';

test('an empty log-in says which field is missing', async ({ visitor }) => {
  await visitor.open('/users/log-in');
  await visitor.press('Sign in');
  await visitor.expectFieldError('Email', 'Sign in', /\S/);
  await visitor.expectFieldError('Password', 'Sign in', /Enter your password/);
  await expect(visitor.field('Email', 'Sign in')).toBeFocused();
  await visitor.expectSound();
  await visitor.submit({ Email: 'ada@example.com' }, 'Sign in');
  await visitor.expectFieldError('Password', 'Sign in', /Enter your password/);
  await expect(visitor.field('Email', 'Sign in')).not.toHaveAttribute('aria-invalid');
  await expect(visitor.field('Email', 'Sign in')).toHaveValue('ada@example.com');
  await expect(visitor.page.locator(problem)).toBeEmpty();
});

test('a sign-up says everything that is wrong at once', async ({ visitor }) => {
  await visitor.open('/users/register');
  await visitor.submit({ Email: 'ada@localhost', Password: 'short' }, 'Create account');
  await visitor.expectFieldError('Email', 'Create account', /\S/);
  await visitor.expectFieldError('Password', 'Create account', /12/);
  await expect(visitor.field('Email', 'Create account')).toBeFocused();
  await visitor.expectSound();
});

test('a password stays in its field if only the address is wrong', async ({ visitor }) => {
  test.skip(!visitor.javascript, 'without JavaScript no page contains a password');
  await visitor.open('/users/register');
  await visitor.submit({ Email: 'ada@localhost', Password: ada().password }, 'Create account');
  await visitor.expectFieldError('Email', 'Create account', /\S/);
  await expect(visitor.field('Password', 'Create account')).toHaveValue(ada().password);
  await visitor.submit({ Email: 'ada@localhost', Password: 'short' }, 'Create account');
  await visitor.expectFieldError('Password', 'Create account', /12/);
  await expect(visitor.field('Password', 'Create account')).toHaveValue('');
});

test('a form says what is wrong before it asks who it is', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open('/users/settings/delete');
  await visitor.submit({ 'Type your email to confirm': 'eve@example.com' }, 'Delete my account');
  await visitor.expectFieldError('Type your email to confirm', 'Delete my account', /\S/);
  await visitor.at('/users/settings/delete');
  await expect(visitor.page.getByRole('dialog')).toHaveCount(0);
  await visitor.open('/users/settings/api-tokens');
  await visitor.submit({ Name: '' }, 'Create token');
  await visitor.expectFieldError('Name', 'Create token', /\S/);
  await visitor.at('/users/settings/api-tokens');
  await expect(visitor.page.getByRole('dialog')).toHaveCount(0);
});

test('an error is gone while the form is sent again', async ({ visitor }) => {
  test.skip(!visitor.javascript, 'without JavaScript every press is a navigation of its own');
  await visitor.open('/users/log-in');
  await visitor.submit({ Email: 'ada@example.com', Password: 'not it at all' }, 'Sign in');
  await expect(visitor.page.locator(problem)).toHaveText(/\S/);
  let letGo = (): void => undefined;
  const seen = new Promise<void>((resolve) => (letGo = resolve));
  await visitor.page.route('**/api/sign_in', async (route) => {
    await seen;
    await route.continue();
  });
  await visitor.fill({ Password: 'nor this either' }, 'Sign in');
  await visitor.button('Sign in').click();
  await expect(visitor.button('Signing in…')).toBeVisible();
  await expect(visitor.page.locator(problem)).toBeEmpty();
  await expect(visitor.field('Password', 'Signing in…')).not.toHaveAttribute('aria-invalid');
  letGo();
  await expect(visitor.page.locator(problem)).toHaveText(/\S/);
});

test('a phone writes a name with a capital letter, and an address without', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await visitor.open('/users/settings/profile');
  await expect(visitor.field('Name', 'Save name')).not.toHaveAttribute('autocapitalize');
  await visitor.open('/users/settings/email');
  await expect(visitor.field('New email', 'Change email')).toHaveAttribute('autocapitalize', 'none');
});

test('on a narrow page a button is as wide as its form, and no room is kept below it', async ({ visitor }) => {
  await visitor.page.setViewportSize({ width: 320, height: 640 });
  await visitor.open('/users/log-in');
  const form = await visitor.form('Sign in').boundingBox();
  const before = await visitor.button('Sign in').boundingBox();
  expect(before?.width).toBe(form?.width);
  expect((form?.y ?? 0) + (form?.height ?? 0)).toBeCloseTo((before?.y ?? 0) + (before?.height ?? 0), 0);
  await visitor.submit({ Email: 'ada@example.com', Password: 'not it at all' }, 'Sign in');
  await expect(visitor.page.locator(problem)).toHaveText(/\S/);
});

test('a refusal of one line moves nothing', async ({ visitor }) => {
  await visitor.open('/users/log-in');
  const before = await visitor.button('Sign in').boundingBox();
  await visitor.submit({ Email: 'ada@example.com', Password: 'not it at all' }, 'Sign in');
  await expect(visitor.page.locator(problem)).toHaveText(/\S/);
  expect((await visitor.button('Sign in').boundingBox())?.y).toBe(before?.y);
});
