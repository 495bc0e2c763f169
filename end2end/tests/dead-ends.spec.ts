import { linkPaths } from '../support/mailbox.ts';
import { expect, test } from '../support/fixtures.ts';
import { ada, register } from '../support/steps.ts';

const purposes = {
  confirm: 'verify',
  resetPassword: 'reset',
  confirmEmail: 'confirm',
  cancelEmail: 'cancel',
  undoEmail: 'undo',
  keepAccount: 'keep',
} as const;

/** The links that a page can send again. */
const newLinks = { resetPassword: '/users/reset-password', confirmEmail: '/users/settings/email' };

/** No token at all, and a well-formed one that names a missing row. */
const garbage = (purpose: string) => ['x', `v1.${'A'.repeat(2_000)}`, `v1.${purpose}.${'0'.repeat(32)}.${'A'.repeat(43)}`];

test('a dead link says so, in the same words for all, and where to get another one', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  const said = new Set<string>();
  for (const [name, path] of Object.entries(linkPaths)) {
    for (const token of garbage(purposes[name as keyof typeof linkPaths])) {
      await visitor.open(`${path}${token}`);
      await expect(visitor.heading('This link no longer works')).toBeVisible();
      await visitor.expectText(/It may have expired or been used, or a newer one has replaced it/);
      const wayOn = visitor.page.getByRole('main').getByRole('link');
      await expect(wayOn).toHaveText(name in newLinks ? 'Request a new link' : 'Go to settings');
      // A confirm link leaves nothing behind, so a confirmed person always reads that their own address is confirmed.
      const owns = visitor.page.getByText(`Your email is already confirmed. You're signed in as ${ada().email}.`);
      await expect(owns).toHaveCount(token.startsWith('v1.verify.') ? 1 : 0);
      said.add((await visitor.page.getByRole('main').innerText()).replace(/Your email is already.*\n+/, '').replace(/(Request a new link|Go to settings)\s*/, ''));
    }
  }
  expect(said.size).toBe(1);
  await visitor.expectSound();
});

test('a page that is not there says so', async ({ visitor }) => {
  const answer = await visitor.page.goto('/nothing/here');
  expect(answer?.status()).toBe(404);
  await expect(visitor.page.getByRole('heading').first()).toBeVisible();
  await visitor.expectSound();
});

test('every page of the settings asks to sign in first', async ({ visitor }) => {
  for (const page of ['', '/profile', '/email', '/password', '/security-log', '/delete']) {
    await visitor.open(`/users/settings${page}`);
    await visitor.at('/users/log-in');
  }
});
