// The same server with PostgreSQL and a real mail server; only the settings differ.
import { expect, test } from '../support/outside.ts';
import { ada, confirmAddress, expectSignInRefused, logIn, register, requestEmailChange, scheduleDeletion, signIn, signUp } from '../support/steps.ts';

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
  await visitor.expectText("Welcome back. Your account won't be deleted.");

  for (const letter of await smtp.letters()) {
    expect(letter.html, `${letter.subject} has both parts`).not.toBe('');
    expect(letter.text).not.toBe('');
    for (const link of letter.links) expect(link.startsWith(server.url), link).toBe(true);
  }
});

test.describe('with a grace period of seconds', () => {
  test.use({ others: { SIGNET_DELETION__GRACE_PERIOD: '4s' } });

  test('the worker erases an account once, says goodbye once, and the address is free', async ({ visitor, mailbox, database }) => {
    const person = ada();
    await register(visitor, mailbox, person);
    const used = await mailbox.link(person.email, 'confirm');
    await scheduleDeletion(visitor, person);
    await mailbox.letter(person.email, /Your account is gone/);
    await expectSignInRefused(visitor, person);

    await signUp(visitor, person);
    await confirmAddress(visitor, mailbox, person, used);
    const goodbyes = (await mailbox.to(person.email)).filter((letter) => letter.subject === 'Your account is gone');
    expect(goodbyes).toHaveLength(1);
    expect(await database.column("SELECT actor FROM signet_events WHERE event = 'account.deletion_executed'")).toEqual(['worker']);
    expect(await database.column('SELECT COUNT(*)::text FROM signet_users WHERE delete_at IS NOT NULL AND deleted_at IS NULL')).toEqual(['0']);
    expect(await database.column('SELECT email FROM signet_users ORDER BY created_at')).toEqual([null, person.email]);
  });
});
