import { expect, test } from '../support/fixtures.ts';
import { ada, register } from '../support/steps.ts';

const path = '/users/settings/profile';
const button = 'Save name';

test('a name is saved, shown as plain text, and can be taken away', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await visitor.open(path);
  await visitor.expectSound();
  const name = 'Ada <b>Lovelace</b> & "friends"';
  await visitor.submit({ Name: name }, button);
  await expect(async () => {
    await visitor.open(path);
    await expect(visitor.field('Name', button)).toHaveValue(name, { timeout: 500 });
  }).toPass();
  await expect(visitor.page.locator('b', { hasText: 'Lovelace' })).toHaveCount(0);

  await visitor.submit({ Name: '' }, button);
  await expect(async () => {
    await visitor.open(path);
    await expect(visitor.field('Name', button)).toHaveValue('', { timeout: 500 });
  }).toPass();
});

test('a name that is too long is refused and kept', async ({ visitor, mailbox }) => {
  await register(visitor, mailbox, ada());
  await visitor.open(path);
  const name = 'A'.repeat(65);
  // As a browser would send it that ignores the field's limit.
  await visitor.field('Name', button).evaluate((field) => field.removeAttribute('maxlength'));
  await visitor.submit({ Name: name }, button);
  await visitor.expectFieldError('Name', button, /64/);
  await expect(visitor.field('Name', button)).toHaveValue(name);
});
