// A backup from before an account was erased is restored afterwards: the server refuses to serve it until the
// ledger of erasures has been replayed, and the account is erased again. The databases' own tools make and restore
// the backup.
import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../../support/fixtures.ts';
import type { Mailbox } from '../../support/mailbox.ts';
import { Database } from '../../support/postgres.ts';
import type { Server } from '../../support/server.ts';
import { ada, expectSignInRefused, register, scheduleDeletion } from '../../support/steps.ts';
import type { Visitor } from '../../support/visitor.ts';

const bob = { email: 'bob@example.com', password: 'nine calm herons paint 6 boats' };

interface Backup {
  take(): Promise<void>;
  restore(): Promise<void>;
}

async function erasedAgain(server: Server, visitor: Visitor, bobs: Visitor, mailbox: Mailbox, backup: Backup): Promise<void> {
  const person = ada();
  await register(visitor, mailbox, person);
  await register(bobs, mailbox, bob);
  await server.stop();
  await backup.take();
  await server.start();
  await scheduleDeletion(visitor, person);
  await mailbox.letter(person.email, /Your account has been deleted/);
  const letters = (await mailbox.to(person.email)).length;

  await server.stop();
  await backup.restore();
  const { code, output } = await server.startExpectingRefusal();
  expect(code).not.toBe(0);
  expect(output.trim().split('\n').at(-1)).toMatch(/the database is older than its ledger of erasures \(it carried out 0 of 1 entries\).*signet replay-erasures/);

  const replayed = await server.command('replay-erasures');
  expect(replayed.code).toBe(0);
  expect(replayed.output).toContain('erased 1 accounts again');
  const checked = await server.command('check');
  expect(checked.output).toContain('Everything holds.');
  expect(checked.code).toBe(0);

  await server.start();
  await expectSignInRefused(visitor, person);
  // The backup contains this session.
  await bobs.open('/dashboard');
  await bobs.expectSignedIn();
  expect(await mailbox.to(person.email), 'nobody is told twice').toHaveLength(letters);
}

test.use({ settings: { SIGNET_DELETION__GRACE_PERIOD: '4s' } });

test('whoever was erased after the backup is erased again, on SQLite', async ({ server, visitor, anotherVisitor, mailbox, guard }) => {
  guard.expect(/ERR_|Failed to load|EventSource/);
  const file = join(server.folder, 'signet.db');
  const copy = join(server.folder, 'backup');
  await erasedAgain(server, visitor, await anotherVisitor(), mailbox, {
    // A server that has ended leaves a single file for each of database and ledger.
    take: async () => {
      const beside = (await readdir(server.folder)).filter((name) => name.includes('.db-'));
      expect(beside).toEqual([]);
      await copyFile(file, copy);
    },
    restore: async () => {
      await rm(file);
      await copyFile(copy, file);
    },
  });
});

test.describe('on PostgreSQL', () => {
  let database: Database;
  test.use({
    settings: async ({}, use) => {
      database = await Database.create();
      await use({ SIGNET_DELETION__GRACE_PERIOD: '4s', SIGNET_DATABASE__URL: database.url });
      await database.drop();
    },
  });

  test('whoever was erased after the backup is erased again', async ({ server, visitor, anotherVisitor, mailbox, guard }) => {
    guard.expect(/ERR_|Failed to load|EventSource/);
    await erasedAgain(server, visitor, await anotherVisitor(), mailbox, {
      take: () => database.backUp(),
      restore: () => database.restore(),
    });
  });
});
