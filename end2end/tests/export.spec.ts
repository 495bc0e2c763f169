// A copy of a person's data: requested in sudo mode, announced by letter, downloaded as a file.
import { readFile } from 'node:fs/promises';
import { expect, test } from '../support/fixtures.ts';
import { ada, confirmItsMe, logIn, register, submitWithSudo } from '../support/steps.ts';
import type { Visitor } from '../support/visitor.ts';

const path = '/users/settings/export';

interface Export {
  schema: string;
  schema_version: number;
  account: { email: string };
  events: { event: string }[];
  omissions: { section: string; field: string; reason: string }[];
}

/** Presses Download in sudo mode; returns the content of the file. */
async function download(visitor: Visitor): Promise<Export> {
  const [file] = await Promise.all([visitor.page.waitForEvent('download'), visitor.button('Download').click()]);
  expect(file.suggestedFilename()).toMatch(/^signet-export-\d{4}-\d\d-\d\d\.json$/);
  return JSON.parse(await readFile(await file.path(), 'utf8')) as Export;
}

/** What the page says until the export is ready; the worker may be faster than the page. */
const preparing = /preparing your export/i;
const prepared = /preparing your export|can download it until/i;

test('prepared under sudo, announced by letter, downloaded as a file', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await visitor.open('/users/settings/delete');
  await visitor.page.getByRole('link', { name: 'Export your data first' }).click();
  await visitor.at(path);
  await visitor.expectText("You haven't exported your data yet.");
  await visitor.expectSound();

  await visitor.press('Prepare export');
  await confirmItsMe(visitor, path, person.password);
  await visitor.expectText("You haven't exported your data yet.");
  await visitor.press('Prepare export');
  await visitor.expectText(prepared);
  await visitor.expectSound();
  const letter = await mailbox.letter(person.email, /export is ready/i);
  expect(letter.links.filter((link) => link.endsWith(path))).toHaveLength(1);

  if (!visitor.javascript) await visitor.open(path);
  await visitor.expectText(/You can download it until/);
  await expect(visitor.page.getByText(preparing), 'no notice says that it is still being prepared').toHaveCount(0);
  await visitor.expectSound();
  const document = await download(visitor);
  expect([document.schema, document.schema_version, document.account.email]).toEqual(['signet.export', 1, person.email]);
  expect(document.events.map(({ event }) => event)).toContain('account.export_requested');
  expect(document.omissions.length).toBeGreaterThan(10);
  await visitor.at(path);
  await visitor.open('/users/settings/security-log');
  await visitor.expectText('Export downloaded');
  await visitor.open('/users/settings/delete');
  await visitor.expectText(/Your export is ready until/);
  await visitor.expectSound();

  // Another browser of the same person has to confirm first.
  const other = await anotherVisitor();
  await logIn(other, person);
  await other.at('/dashboard');
  await other.open(path);
  await other.press('Download');
  await confirmItsMe(other, path, person.password);
  expect((await download(other)).account.email).toBe(person.email);
});

test('one export at a time, and another one in the place of the first', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await submitWithSudo(visitor, path, {}, 'Prepare export', person.password);
  await mailbox.letter(person.email, /export is ready/i);
  const before = (await mailbox.to(person.email)).length;
  await visitor.open(path);
  await visitor.press('Prepare export');
  await visitor.expectText(prepared);
  await mailbox.count(person.email, before + 1);
  await visitor.open(path);
  expect((await download(visitor)).account.email).toBe(person.email);
});
