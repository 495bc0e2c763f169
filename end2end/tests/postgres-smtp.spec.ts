// The same server on PostgreSQL and a real mail server, by settings alone.
import { expect, test as base } from '../support/fixtures.ts';
import { Mailbox } from '../support/mailbox.ts';
import { Database } from '../support/postgres.ts';
import { SmtpServer } from '../support/smtp.ts';
import { ada, expectSignInRefused, logIn, register, requestEmailChange, scheduleDeletion, signIn } from '../support/steps.ts';

const test = base.extend<{ database: Database; smtp: { server: SmtpServer; transport: string } }>({
  database: async ({}, use) => {
    const database = await Database.create();
    await use(database);
    await database.drop();
  },
  smtp: async ({}, use) => {
    const server = new SmtpServer();
    await use({ server, transport: await server.start() });
    await server.stop();
  },
  settings: async ({ database, smtp }, use) =>
    use({ SIGNET_DATABASE__URL: database.url, SIGNET_MAIL__TRANSPORT: smtp.transport }),
  mailbox: async ({ smtp }, use) => use(new Mailbox(smtp.server)),
});

test('the whole life of an account', async ({ visitor, mailbox, server, smtp }) => {
  const person = ada();
  const wanted = 'countess@example.com';
  await register(visitor, mailbox, person);
  await requestEmailChange(visitor, person, wanted);
  await visitor.open(await mailbox.link(wanted, 'confirmEmail'));
  await visitor.press('Confirm new email');
  await visitor.expectText(`Your email is now ${wanted}`);
  await expectSignInRefused(visitor, person);

  const moved = { ...person, email: wanted };
  await signIn(visitor, moved);
  await scheduleDeletion(visitor, moved);
  await logIn(visitor, moved);
  await visitor.at('/users/reactivate');
  await visitor.press('Keep my account');
  await visitor.expectText('Welcome back. Your account stays.');

  for (const letter of await smtp.server.letters()) {
    expect(letter.html, `${letter.subject} has both parts`).not.toBe('');
    expect(letter.text).not.toBe('');
    for (const link of letter.links) expect(link.startsWith(server.url), link).toBe(true);
  }
});
