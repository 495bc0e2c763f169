import { expect, test } from '../support/fixtures.ts';
import { ada, expectSignInRefused, newPassword, register, requestEmailChange, resetByLink, signIn } from '../support/steps.ts';

const path = '/users/settings/email';
const wanted = 'countess@example.com';

test('an address changes only by its link and a button, and everybody is signed out', async ({ visitor, anotherVisitor, mailbox, server }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const other = await anotherVisitor();
  await signIn(other, person);

  await requestEmailChange(visitor, person, wanted);
  await visitor.expectText(`We sent a link to ${wanted}`);
  await visitor.expectText(new RegExp(`Confirm ${wanted} to finish the change`));
  await visitor.expectSound();
  const link = await mailbox.link(wanted, 'confirmEmail');

  // A mail scanner and the person request the link five times: nothing happens.
  for (let look = 0; look < 4; look++) await fetch(link);
  await visitor.open(link);
  await visitor.expectText(wanted);
  await visitor.expectSound();
  await other.open(path);
  await expect(other.button('Cancel change')).toBeVisible();
  await other.expectSignedIn();

  await visitor.open(link);
  await visitor.press('Confirm new email');
  await visitor.expectText(new RegExp(`Your email is now ${wanted}\\. You're signed out everywhere`));
  await visitor.expectSignedOut();
  await other.expectSignedOut();
  await visitor.open(link);
  expect(new URL(visitor.page.url()).origin).toBe(server.url);
  await expect(visitor.button('Confirm new email')).toBeHidden();

  await expectSignInRefused(visitor, person);
  await signIn(visitor, { ...person, email: wanted });
  await mailbox.letter(wanted, /Your email was changed/);
});

// Browsers rewrite the domain in an input of the type "email", some of them into the domain of another owner.
test('an address with other than ASCII letters is sent as it was typed', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  for (const typed of ['max@maßanfertigung.de', 'max@例え.example', 'max@xn--bcker-gra.example']) {
    const ascii = new URL(`http://${typed.split('@')[1]}`).hostname;
    if (typed.includes('maß')) {
      await requestEmailChange(visitor, person, typed);
    } else {
      await visitor.open(path);
      await visitor.submit({ 'New email': typed }, 'Change email');
    }
    await visitor.expectText(`(${ascii})`);
    await mailbox.link(`max@${ascii}`, 'confirmEmail');
  }
});

test('the old address takes the change back, without signing in', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await requestEmailChange(visitor, person, wanted);
  await visitor.open(await mailbox.link(wanted, 'confirmEmail'));
  await visitor.press('Confirm new email');
  await visitor.expectText(/Your email is now/);
  await signIn(visitor, { ...person, email: wanted });

  const owner = await anotherVisitor();
  const undo = await mailbox.link(person.email, 'undoEmail');
  await owner.open(undo);
  await owner.expectSound();
  await owner.press('Restore my email');
  await expect(owner.button('Restore my email')).toBeHidden();
  await visitor.expectSignedOut();

  await owner.expectText(`Open the link we sent to ${person.email} to choose a new password`);
  await expectSignInRefused(visitor, { ...person, email: wanted });
  await expectSignInRefused(visitor, person);
  await resetByLink(owner, await mailbox.link(person.email, 'resetPassword'), newPassword);
  await signIn(owner, { ...person, password: newPassword });
  await owner.open(undo);
  await expect(owner.heading('This link no longer works')).toBeVisible();
});

test('the earliest undo wins, even after two changes', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  const stations = [person.email, 'b@example.com', 'c@example.com'];
  for (const [here, next] of [[stations[0]!, stations[1]!], [stations[1]!, stations[2]!]] as const) {
    await requestEmailChange(visitor, { ...person, email: here }, next);
    await visitor.open(await mailbox.link(next, 'confirmEmail'));
    await visitor.press('Confirm new email');
    await visitor.expectText(/Your email is now/);
    await signIn(visitor, { ...person, email: next });
  }

  const owner = await anotherVisitor();
  await owner.open(await mailbox.link(person.email, 'undoEmail'));
  await owner.press('Restore my email');
  await expect(owner.button('Restore my email')).toBeHidden();
  await resetByLink(owner, await mailbox.link(person.email, 'resetPassword'), newPassword);
  await signIn(owner, { ...person, password: newPassword });
  await owner.open(await mailbox.link('b@example.com', 'undoEmail'));
  await expect(owner.heading('This link no longer works')).toBeVisible();
});

test('a pending change is sent again, and cancelled from the settings', async ({ visitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await requestEmailChange(visitor, person, wanted);
  const first = await mailbox.link(wanted, 'confirmEmail');
  await visitor.press('Resend');
  const link = await mailbox.link(wanted, 'confirmEmail', first);
  await visitor.press('Cancel change');
  await expect(visitor.button('Cancel change')).toBeHidden();
  await visitor.open(link);
  await expect(visitor.heading('This link no longer works')).toBeVisible();
});

test('a pending change is cancelled from the old mailbox, without signing in', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await requestEmailChange(visitor, person, wanted);

  const owner = await anotherVisitor();
  await owner.open(await mailbox.link(person.email, 'cancelEmail'));
  await owner.expectSound();
  await owner.press('Cancel the change');
  await expect(owner.button('Cancel the change')).toBeHidden();
  await visitor.open(await mailbox.link(wanted, 'confirmEmail'));
  await expect(visitor.heading('This link no longer works')).toBeVisible();
});

test('whoever is signed out signs in first and comes back to the link', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await requestEmailChange(visitor, person, wanted);
  const link = await mailbox.link(wanted, 'confirmEmail');

  const other = await anotherVisitor();
  await other.open(link);
  if (await other.button('Sign in').isHidden()) await other.page.getByRole('link', { name: 'Sign in' }).first().click();
  await other.at('/users/log-in');
  await other.submit({ Email: person.email, Password: person.password }, 'Sign in');
  await expect(other.button('Confirm new email')).toBeVisible();
});

test('another person is refused the link', async ({ visitor, anotherVisitor, mailbox }) => {
  const person = ada();
  await register(visitor, mailbox, person);
  await requestEmailChange(visitor, person, wanted);

  const other = await anotherVisitor();
  await register(other, mailbox, { email: 'eve@example.com', password: 'violet kettles never whisper' });
  await other.open(await mailbox.link(wanted, 'confirmEmail'));
  await expect(other.button('Confirm new email')).toBeHidden();
  await visitor.open('/users/settings/email');
  await visitor.expectText(person.email);
});
