// Every page, light and dark: nothing is wider than the screen of a phone, and axe finds nothing. `./scripts/test long`
// also takes pictures of them.
import { expect, test } from '../support/fixtures.ts';
import { look, lookAt } from '../support/pictures.ts';
import { ada, logIn, register, requestEmailChange, scheduleDeletion, submitWithSudo } from '../support/steps.ts';
import type { Mailbox } from '../support/mailbox.ts';
import type { Visitor } from '../support/visitor.ts';

const wanted = 'a.rather.long.address.that.must.break.somewhere@subdomain.of.a.long.domain.example.com';

test('pages for everybody', async ({ visitor }) => {
  await lookAt(visitor, 'home', '/');
  await lookAt(visitor, 'register', '/users/register');
  await visitor.submit({ Email: 'ada@example.com', Password: 'password1234' }, 'Create account');
  await visitor.expectFieldError('Password', 'Create account', /\S/);
  await look(visitor, 'register-refused');
  await lookAt(visitor, 'log-in', '/users/log-in');
  await lookAt(visitor, 'reset-password', '/users/reset-password');
  await lookAt(visitor, 'dead-link', '/users/reset-password/x');
  await lookAt(visitor, 'not-found', '/nothing/here');
});

for (const [title, pages] of [
  ['pages of an account', [
    ['home-signed-in', '/'],
    ['dashboard', '/dashboard'],
    ['settings', '/users/settings'],
    ['profile', '/users/settings/profile'],
    ['email', '/users/settings/email'],
    ['password', '/users/settings/password'],
    ['delete', '/users/settings/delete'],
  ]],
  ['pages of what an account has', [
    ['sessions', '/users/settings/sessions'],
    ['export', '/users/settings/export'],
    ['api-tokens', '/users/settings/api-tokens'],
    ['security-log', '/users/settings/security-log'],
    ['security-log-empty', '/users/settings/security-log?kind=export'],
    ['sign-out-others', '/users/settings/sessions/sign-out-others'],
    ['revoke-all-tokens', '/users/settings/api-tokens/revoke-all'],
    ['disown', '/users/settings/security-log/disown?event=1'],
    ['sudo', '/users/sudo'],
    ['mailbox', '/dev/mailbox'],
  ]],
] as const) {
  test(title, async ({ visitor, mailbox }) => {
    await register(visitor, mailbox, ada());
    for (const [name, path] of pages) await lookAt(visitor, name, path);
  });
}

test('the overview is one screen, and the navigation one row', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await visitor.open('/users/settings');
  const { page } = visitor;
  await page.setViewportSize({ width: 1280, height: 800 });
  const root = page.locator('html');
  expect(await root.evaluate((at) => at.scrollHeight)).toBeLessThanOrEqual(800);
  await expect(page.locator('[aria-current]')).toHaveCount(1);
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    await expect(page.locator('.header-who')).toBeVisible();
    const tops = await page.locator('.settings-link').evaluateAll((links) => links.map((link) => link.getBoundingClientRect().top));
    expect(new Set(tops).size, `one row at ${width} px`).toBe(1);
    expect((await visitor.heading('Settings').boundingBox())?.y, `the heading is near the top at ${width} px`).toBeLessThan(200);
  }
  // In forced colours too, the current section is told apart, and the edge of the skip link shows at no size of text.
  await page.emulateMedia({ forcedColors: 'active' });
  const edges = await page.locator('.settings-link').evaluateAll((links) => links.map((link) => getComputedStyle(link).borderBottomColor));
  expect(edges.filter((edge) => edge === edges[0])).toHaveLength(1);
  await root.evaluate((at: HTMLElement) => (at.style.fontSize = '200%'));
  const skip = page.getByText('Skip to main content');
  expect(await skip.evaluate((at) => at.getBoundingClientRect().bottom)).toBeLessThanOrEqual(0);
});

test('pages of several sessions', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await logIn(await anotherVisitor(), person);
  await visitor.open('/users/settings/sessions');
  await look(visitor, 'sessions-two');
  await visitor.button('Sign out other sessions').click();
  await expect(visitor.page.getByRole('dialog')).toBeVisible();
  await look(visitor, 'sessions-dialog');
});

test('pages of the API tokens', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const path = '/users/settings/api-tokens';
  await submitWithSudo(visitor, path, { Name: 'a-rather-long-name-of-a-program-that-must-break-somewhere-012345' }, 'Create token', person.password);
  await visitor.expectText("Token created. Copy it now. You won't be able to see it again.");
  await look(visitor, 'api-token-created');
  await lookAt(visitor, 'api-tokens-listed', path);
});

test('pages on the way to an account', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await visitor.open('/users/register');
  await visitor.submit({ Email: person.email, Password: person.password }, 'Create account');
  await expect(visitor.heading('Check your inbox')).toBeVisible();
  await look(visitor, 'check-your-inbox');
  const link = await mailbox.link(person.email, 'confirm');
  await lookAt(visitor, 'confirm', link);
  await lookAt(await anotherVisitor(), 'confirm-elsewhere', link);
  await logIn(visitor, person);
  await visitor.at('/users/settings');
  await look(visitor, 'settings-unverified');
  await lookAt(visitor, 'reset-password-link', await resetLink(visitor, mailbox, person.email));
});

async function resetLink(visitor: Visitor, mailbox: Mailbox, email: string): Promise<string> {
  await visitor.open(await mailbox.link(email, 'confirm'));
  await visitor.press('Confirm address');
  await visitor.expectSignedIn();
  await visitor.press('Sign out');
  await expect(visitor.button('Sign out')).toBeHidden();
  await visitor.open('/users/reset-password');
  await visitor.submit({ Email: email }, 'Send reset link');
  return mailbox.link(email, 'resetPassword');
}

test('pages of an e-mail change', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open('/users/settings/email');
  await visitor.submit({ 'New email': wanted }, 'Change email');
  await expect(visitor.page.getByRole('dialog')).toBeVisible();
  await look(visitor, 'sudo-dialog');
  await requestEmailChange(visitor, person, wanted);
  await look(visitor, 'email-pending');
  const other = await anotherVisitor();
  await lookAt(other, 'email-cancel', await mailbox.link(person.email, 'cancelEmail'));
  await lookAt(visitor, 'email-confirm', await mailbox.link(wanted, 'confirmEmail'));
  await visitor.press('Confirm new email');
  await visitor.expectText(/Your email is now/);
  await look(visitor, 'email-changed');
  await lookAt(other, 'email-undo', await mailbox.link(person.email, 'undoEmail'));
});

test('pages of an export', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await submitWithSudo(visitor, '/users/settings/export', {}, 'Prepare export', person.password);
  await visitor.expectText(/preparing your export|being prepared|can download it until/i);
  await mailbox.letter(person.email, /export is ready/i);
  await lookAt(visitor, 'export-ready', '/users/settings/export');
  await lookAt(visitor, 'delete-with-export', '/users/settings/delete');
});

test('pages of a deletion', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await scheduleDeletion(visitor, person);
  await look(visitor, 'account-closed');
  await lookAt(visitor, 'keep', await mailbox.link(person.email, 'keepAccount'));
  await logIn(visitor, person);
  await visitor.at('/users/reactivate');
  await look(visitor, 'reactivate');
});
