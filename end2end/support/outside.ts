// A server whose database and mail server run outside its process: PostgreSQL and SMTP, each behind a gate.
import { test as base } from './fixtures.ts';
import { Gate } from './gate.ts';
import { Mailbox } from './mailbox.ts';
import { Database } from './postgres.ts';
import type { Settings } from './server.ts';
import { SmtpServer } from './smtp.ts';

interface Outside {
  /** Settings besides the addresses of the two. */
  others: Settings;
  database: Database;
  databaseGate: Gate;
  smtp: SmtpServer;
  mailGate: Gate;
}

/** Long enough for the second attempt to send a letter, 15 s after the first. */
const patience = 40_000;

export const test = base.extend<Outside>({
  others: [{}, { option: true }],

  database: async ({}, use) => {
    const database = await Database.create();
    await use(database);
    await database.drop();
  },

  databaseGate: async ({ database }, use) => {
    const gate = await Gate.before(database.url);
    await use(gate);
    await gate.shut();
  },

  smtp: async ({}, use) => {
    const server = new SmtpServer();
    await server.start();
    await use(server);
    await server.stop();
  },

  mailGate: async ({ smtp }, use) => {
    const gate = await Gate.before(smtp.url);
    await use(gate);
    await gate.shut();
  },

  settings: async ({ others, database, databaseGate, smtp, mailGate }, use) =>
    use({ ...others, SIGNET_DATABASE__URL: databaseGate.of(database.url), SIGNET_MAIL__TRANSPORT: mailGate.of(smtp.url) }),

  mailbox: async ({ smtp }, use) => use(new Mailbox(smtp, patience)),
});

export { expect } from '@playwright/test';
