// API tokens: created in sudo mode, shown once, used by a program, revoked.
import { expect, test } from '../support/fixtures.ts';
import { ada, agreeWithSudo, confirmItsMe, expectAsked, questions, register } from '../support/steps.ts';
import type { Visitor } from '../support/visitor.ts';

const path = '/users/settings/api-tokens';
const create = 'Create token';

/** Fills the form in and sends it. */
async function ask(visitor: Visitor, name: string, scope: string): Promise<void> {
  await visitor.open(path);
  await visitor.fill({ Name: name }, create);
  await visitor.field('Scope', create).selectOption({ label: scope });
  await visitor.field('Expires', create).selectOption({ label: 'In 90 days' });
  await visitor.press(create);
}

/** The token on the page, which must be there. */
async function shown(visitor: Visitor): Promise<string> {
  const field = visitor.page.getByLabel('Token', { exact: true });
  await expect(field).toHaveValue(/^sgn_[0-9a-f]{72}$/);
  // All of it: nothing is cut off at the edge.
  for (const width of [320, 390, 1280]) {
    await visitor.page.setViewportSize({ width, height: 844 });
    const hidden = await field.evaluate((at) => [at.scrollWidth - at.clientWidth, at.scrollHeight - at.clientHeight]);
    expect(hidden.filter((pixels) => pixels > 0), `whole at ${width} px`).toEqual([]);
  }
  return field.inputValue();
}

const call = (url: string, token: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, headers: { authorization: `Bearer ${token}` } });

test('a token is created in sudo mode, shown once, works, and dies when it is revoked', async ({ visitor, mailbox, server }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await ask(visitor, 'backup', 'Read and sign out sessions');
  await confirmItsMe(visitor, path, person.password);
  // The form is as it was; the browser has sent nothing again.
  await expect(visitor.field('Name', create)).toHaveValue('backup');
  await expect(visitor.field('Scope', create)).toHaveValue('write');
  await expect(visitor.field('Expires', create)).toHaveValue('90');
  await visitor.expectText('You have no API tokens.');

  await visitor.press(create);
  await visitor.expectText("Token created. Copy it now. You won't be able to see it again.");
  const token = await shown(visitor);
  await visitor.expectSound();
  if (visitor.javascript) {
    await visitor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await visitor.button('Copy').click();
    await expect(visitor.button('Copied')).toBeVisible();
    expect(await visitor.page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  } else {
    await expect(visitor.button('Copy')).toBeHidden();
  }
  await visitor.page.reload();
  await visitor.expectText(`…${token.slice(64, 68)}`);
  expect(await visitor.page.content()).not.toContain(token);
  expect(visitor.page.url()).not.toContain(token);
  await mailbox.letter(person.email, /An API token was created/);

  const me = await call(`${server.url}/api/v1/me`, token);
  expect(me.status).toBe(200);
  expect(await me.json()).toMatchObject({ email: person.email, verified: true });

  await visitor.open(path);
  await visitor.press('Revoke');
  await visitor.expectText('Token revoked. It no longer works.');
  expect((await call(`${server.url}/api/v1/me`, token)).status).toBe(401);
  await visitor.open('/users/settings/security-log');
  await visitor.expectText('API token revoked');
});

test('all tokens are revoked at once, after confirming that it is still you', async ({ visitor, anotherVisitor, mailbox, server }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const tokens: string[] = [];
  for (const name of ['one', 'two']) {
    await ask(visitor, name, 'Read');
    if (!tokens.length) {
      await confirmItsMe(visitor, path, person.password);
      await visitor.press(create);
    }
    tokens.push(await shown(visitor));
  }
  // A browser that is not in sudo mode.
  const other = await anotherVisitor();
  await other.open('/users/log-in');
  await other.submit({ Email: person.email, Password: person.password }, 'Sign in');
  await other.at('/dashboard');
  await other.open(path);
  await other.expectSound();
  await other.press('Revoke all tokens');
  await expectAsked(other, questions.revokeAllTokens);
  await other.expectSound();
  expect((await call(`${server.url}/api/v1/me`, tokens[0]!)).status, 'asking ends nothing').toBe(200);
  await agreeWithSudo(other, questions.revokeAllTokens, person.password);
  await other.expectText('2 tokens revoked.');
  for (const token of tokens) expect((await call(`${server.url}/api/v1/me`, token)).status).toBe(401);
});

test('a program signs a browser out', async ({ visitor, anotherVisitor, mailbox, server }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await ask(visitor, 'watchman', 'Read and sign out sessions');
  await confirmItsMe(visitor, path, person.password);
  await visitor.press(create);
  const token = await shown(visitor);
  const own = await (await call(`${server.url}/api/v1/sessions`, token)).json();
  const other = await anotherVisitor();
  await other.open('/users/log-in');
  await other.submit({ Email: person.email, Password: person.password }, 'Sign in');
  await other.at('/dashboard');
  const all = await (await call(`${server.url}/api/v1/sessions`, token)).json();
  const ids = (listed: { sessions: { id: string }[] }): string[] => listed.sessions.map(({ id }) => id);
  const [added] = ids(all).filter((id) => !ids(own).includes(id));
  expect((await call(`${server.url}/api/v1/sessions/${added}`, token, { method: 'DELETE' })).status).toBe(204);
  await other.expectSignedOut();
  await visitor.open('/dashboard');
  await visitor.expectSignedIn();
});

test('a name that cannot be is refused beside the field', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await ask(visitor, 'x'.repeat(65), 'Read and sign out sessions');
  await visitor.expectFieldError('Name', create, /1 to 64 visible characters/);
  await expect(visitor.field('Scope', create)).toHaveValue('write');
  await visitor.expectSound();
});
