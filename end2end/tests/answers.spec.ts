// What a form shows for each way in which its answer can arrive or fail to arrive.
import { expect, test } from '../support/fixtures.ts';
import { ada, confirmItsMe, register, signUp } from '../support/steps.ts';

const typed = { Email: 'ada@example.com', Password: 'some words & = + ü' };

test('every kind of trouble has its words, and the form keeps what was typed', async ({ visitor, guard }) => {
  test.skip(!visitor.javascript, 'without JavaScript the browser shows the page that comes');
  guard.expect(/sign_in|Failed to load resource/);
  const { page } = visitor;
  await visitor.open('/users/log-in');
  const json = 'application/json';
  const portal = { contentType: 'text/html', body: '<html>Welcome to the hotel</html>' };
  const cases = [
    [{ status: 503, contentType: json, body: '{"error":"unavailable","words":"The service is down.","fields":{}}' }, /The service is down/],
    [{ status: 500, contentType: json, body: '{"error":"internal","words":"It is <b>broken</b>."}' }, /It is <b>broken<\/b>\./],
    [{ status: 503, contentType: json, body: '"Unavailable"' }, /We couldn't reach the server/],
    [{ status: 200, contentType: json, body: '{"words":"not an answer of ours"}' }, /We couldn't reach the server/],
    [{ status: 200, ...portal }, /We couldn't reach the server/],
    [{ status: 404, ...portal }, /We couldn't reach the server/],
    [undefined, /We couldn't reach the server/],
  ] as const;
  for (const [answer, words] of cases) {
    await page.route('**/api/sign_in', (route) => (answer ? route.fulfill(answer) : route.abort()));
    await visitor.submit(typed, 'Sign in');
    const problem = page.locator('form .form-problem');
    await expect(problem).toHaveText(words);
    await expect(problem).toBeFocused();
    await expect(visitor.field('Password', 'Sign in')).toHaveValue(typed.Password);
    await page.unroute('**/api/sign_in');
  }
});

test('a form that waits for its answer is sent once', async ({ visitor, guard }) => {
  test.skip(!visitor.javascript, 'without JavaScript every press is a navigation of its own');
  guard.expect(/sign_in|Failed to load resource/);
  const sent: string[] = [];
  let letGo = (): void => undefined;
  const seen = new Promise<void>((resolve) => (letGo = resolve));
  await visitor.page.route('**/api/sign_in', async (route) => {
    sent.push(route.request().postData() ?? '');
    await seen;
    await route.continue();
  });
  await visitor.open('/users/log-in');
  await visitor.fill(typed, 'Sign in');
  await visitor.page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>('form.form');
    for (let press = 0; press < 3; press += 1) form?.requestSubmit();
  });
  await expect(visitor.button('Signing in…')).toBeVisible();
  letGo();
  await expect(visitor.field('Password', 'Sign in')).toHaveAttribute('aria-invalid', 'true');
  expect(sent).toHaveLength(1);
  expect(new URLSearchParams(sent[0]).get('password')).toBe(typed.Password);
});

test('a refused sign-in marks both fields and asks for the password again', async ({ visitor }) => {
  await visitor.open('/users/log-in');
  await visitor.submit(typed, 'Sign in');
  for (const label of ['Email', 'Password']) {
    await expect(visitor.field(label, 'Sign in')).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(visitor.field('Email', 'Sign in')).toHaveValue(typed.Email);
  await expect(visitor.field('Password', 'Sign in')).toHaveValue('');
  if (visitor.javascript) await expect(visitor.field('Password', 'Sign in')).toBeFocused();
  await visitor.expectSound();
});

test('the sudo dialog begins anew each time it is opened', async ({ visitor, mailbox }) => {
  test.skip(!visitor.javascript, 'without JavaScript there is the sudo page');
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open('/users/settings/email');
  const dialog = visitor.page.getByRole('dialog');
  await visitor.submit({ 'New email': 'countess@example.com' }, 'Change email');
  await expect(dialog).toHaveAccessibleDescription(/Confirm it's you to change your email/);
  await visitor.submit({ Password: 'not it' }, 'Confirm');
  await visitor.expectFieldError('Password', 'Confirm', /That password isn't right/);
  await visitor.page.keyboard.press('Escape');
  await expect(visitor.button('Change email')).toBeFocused();
  await visitor.press('Change email');
  await expect(dialog.getByLabel('Password')).not.toHaveAttribute('aria-invalid');
  await confirmItsMe(visitor, '/users/settings/email', person.password);
  await expect(visitor.page.getByRole('status').filter({ hasText: 'Confirmed. Press' })).toBeVisible();
  await visitor.submit({ 'New email': 'ada@localhost' }, 'Change email');
  await visitor.expectFieldError('New email', 'Change email', /Enter an email address/);
  await expect(visitor.page.getByText('Confirmed. Press')).toHaveCount(0);
});

test('a sign-up confirmed in another browser tells password managers whose it is', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await signUp(visitor, person);
  const other = await anotherVisitor();
  await other.open(await mailbox.link(person.email, 'confirm'));
  await expect(other.form('Confirm address').locator('[autocomplete=username]')).toHaveValue(person.email);
  await other.submit({ Password: 'not it at all' }, 'Confirm address');
  await other.expectFieldError('Password', 'Confirm address', /\S/);
  await other.submit({ Password: person.password }, 'Confirm address');
  await other.expectSignedIn();
});
