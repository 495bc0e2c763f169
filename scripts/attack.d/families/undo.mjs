// A thief who has signed in prepares before the owner takes the account back.
import { links, newAddress, newPassword } from '../client.mjs';
import { sleep } from '../target.mjs';
import { changeAddress, fail, judged, must, notApplicable, sudo } from '../world.mjs';

const noProvider = () => notApplicable('the server does not know our provider');
/** The owner presses the button that a letter leads to. */
const presses = async (world, path, token, fields) => must(await world.client().press(path + token, fields), `the button of ${path}`);

/** The thief changes the password; answers the new one. The session is in sudo mode afterwards. */
async function newLock(thief, { password }) {
  const other = newPassword();
  must(await thief.post('change_password', { current_password: password, new_password: other }), 'change_password');
  await sudo(thief, other);
  return other;
}

/** The thief links a login of theirs at the provider. */
async function newDoor(world, thief, password) {
  const email = newAddress('thief');
  const login = { sub: email, email, email_verified: true };
  await sudo(thief, password);
  must(await world.continueWith(thief, 'link', login), 'link the provider');
  // The next step stands later in the rows, which count in seconds.
  await sleep(1_500);
  await sudo(thief, password);
  return login;
}

/** Whether the login at the provider opens the account `email`. */
async function opens(world, login, email) {
  const client = world.client();
  await world.continueWith(client, 'sign_in', login);
  return (await client.whose()) === email;
}

/** The owner has her account back if a reset link gives her a password that opens it. */
async function recovers(world, email, token) {
  const [client, password] = [world.client(), newPassword()];
  const { status } = await client.post('reset_password', { token, new_password: password });
  if (status >= 400) return `reset: ${status}`;
  await client.signIn(email, password);
  return (await client.isIn()) ? undefined : 'the account stays closed to her';
}

/** The thief takes over the password and closes the account. */
async function closed(world) {
  const account = await world.account();
  const thief = await world.thief(account);
  const lock = await newLock(thief, account);
  must(await thief.post('schedule_deletion', { confirmation: account.email }), 'schedule_deletion');
  return { ...account, lock };
}

export const cases = [
  {
    id: 'undo/password-first',
    checklist: 'A28, A03',
    attempt: 'the thief changes the password, then the address; the owner undoes; the thief signs in',
    run: async (world) => {
      const account = await world.account();
      const thief = await world.thief(account);
      const lock = await newLock(thief, account);
      const token = await changeAddress(thief, account.email, newAddress('thief'), world.target);
      await presses(world, links.undo, token);
      const { status } = await world.client().signIn(account.email, lock);
      return judged(status < 400, `the thief's password: ${status}`);
    },
  },
  {
    id: 'undo/password-after',
    checklist: 'A28',
    attempt: 'the thief changes the address, then the password; the owner undoes; the thief signs in',
    run: async (world) => {
      const account = await world.account();
      const [thief, address] = [await world.thief(account), newAddress('thief')];
      await sudo(thief, account.password);
      const token = await changeAddress(thief, account.email, address, world.target);
      must(await thief.signIn(address, account.password), 'sign_in');
      const lock = await newLock(thief, account);
      await presses(world, links.undo, token);
      const { status } = await world.client().signIn(account.email, lock);
      return judged(status < 400, `the thief's password: ${status}`);
    },
  },
  {
    id: 'undo/provider-first',
    checklist: 'A03, A28',
    attempt: 'the thief links a provider, then changes the address; the owner undoes; the thief signs in with it',
    run: async (world) => {
      if (!world.target.issuer) return noProvider();
      const account = await world.account();
      const thief = await world.thief(account);
      const login = await newDoor(world, thief, account.password);
      const token = await changeAddress(thief, account.email, newAddress('thief'), world.target);
      await presses(world, links.undo, token);
      const worked = await opens(world, login, account.email);
      return judged(worked, worked ? 'the thief is in' : 'the provider no longer opens the account');
    },
  },
  {
    id: 'undo/session-and-token',
    checklist: 'A02, A28',
    attempt: 'the thief keeps a session and an API token while the owner undoes',
    run: async (world) => {
      const account = await world.account();
      const [thief, address] = [await world.thief(account), newAddress('thief')];
      const apiToken = await world.token({ client: thief, password: account.password });
      const token = await changeAddress(thief, account.email, address, world.target);
      must(await thief.signIn(address, account.password), 'sign_in');
      await presses(world, links.undo, token);
      const [session, { status }] = [await thief.isIn(), await world.api(apiToken, 'me')];
      return judged(session || status < 400, `session ${session ? 'alive' : 'ended'}, token ${status}`);
    },
  },
  {
    id: 'undo/chain',
    checklist: 'A13, A28',
    attempt: 'the thief changes the address twice, so that the first undo link leads to the second address',
    run: async (world) => {
      const account = await world.account();
      const [thief, between] = [await world.thief(account), newAddress('thief')];
      await sudo(thief, account.password);
      const token = await changeAddress(thief, account.email, between, world.target);
      must(await thief.signIn(between, account.password), 'sign_in');
      await sudo(thief, account.password);
      await changeAddress(thief, between, newAddress('thief'), world.target);
      await presses(world, links.undo, token);
      must(await world.client().post('request_password_reset', { email: account.email }), 'request_password_reset');
      const reset = await world.target.token(account.email, links.reset, { wait: 4_000 });
      const why = reset ? await recovers(world, account.email, reset) : 'no reset link came';
      return judged(why, why ?? 'the owner has her account back');
    },
  },
  {
    id: 'undo/replay',
    checklist: 'A11, A28',
    attempt: 'the reader of the old mailbox uses the undo link a second time, and is signed in by it',
    run: async (world) => {
      const account = await world.confirmed();
      const token = await changeAddress(account.client, account.email, newAddress(), world.target);
      const reader = world.client();
      must(await reader.press(links.undo + token), 'undo');
      const { status } = await reader.post('undo_email_change', { token });
      const isIn = await reader.isIn();
      return judged(status < 400 || isIn, `again: ${status}; ${isIn ? 'signed in' : 'not signed in'}`);
    },
  },
  {
    id: 'undo/closure',
    checklist: 'A40, A41',
    attempt: 'the thief changes the password and closes the account; the owner has only her mailbox',
    run: async (world) => {
      const { email } = await closed(world);
      const token = await world.target.token(email, links.keep, { wait: 4_000 });
      if (!token) return judged(true, 'the letter has no link that keeps the account');
      await presses(world, links.keep, token);
      const again = await world.client().press(links.keep + token);
      if (again && again.status < 400) return judged(true, 'the link works twice');
      must(await world.client().post('request_password_reset', { email }), 'request_password_reset');
      const why = await recovers(world, email, await world.target.token(email, links.reset));
      return judged(why, why ?? 'kept by the link, once; a reset gives the owner a password');
    },
  },
  {
    id: 'undo/closed-reset',
    checklist: 'A40, A41',
    attempt: 'the thief changes the password and closes the account; the owner asks for a reset link',
    run: async (world) => {
      const { email, lock } = await closed(world);
      must(await world.client().post('request_password_reset', { email }), 'request_password_reset');
      const token = await world.target.token(email, links.reset, { wait: 4_000 });
      if (!token) return judged(true, 'no reset link came');
      const why = await recovers(world, email, token);
      const { status } = await world.client().signIn(email, lock);
      return judged(why || status < 400, why ?? `the account is open to the owner; the thief's password: ${status}`);
    },
  },
  {
    id: 'undo/reset-and-provider',
    checklist: 'A03',
    attempt: 'the thief links a provider; the owner resets the password as the page offers; the thief signs in with it',
    run: async (world) => {
      if (!world.target.issuer) return noProvider();
      const account = await world.account();
      const login = await newDoor(world, await world.thief(account), account.password);
      must(await world.client().post('request_password_reset', { email: account.email }), 'request_password_reset');
      const token = (await world.target.token(account.email, links.reset)) ?? fail('no reset link came');
      await presses(world, links.reset, token, { new_password: newPassword() });
      const worked = await opens(world, login, account.email);
      return judged(worked, worked ? 'the thief is in' : 'the provider no longer opens the account');
    },
  },
  {
    id: 'undo/open-change-and-reset',
    checklist: 'A04, A38',
    attempt: 'the thief asks for a change of address; the owner resets the password; the thief confirms',
    run: async (world) => {
      const account = await world.account();
      const [thief, address] = [await world.thief(account), newAddress('thief')];
      await sudo(thief, account.password);
      must(await thief.post('request_email_change', { new_email: address }), 'request_email_change');
      const change = await world.target.token(address, links.change);
      must(await world.client().post('request_password_reset', { email: account.email }), 'request_password_reset');
      const token = await world.target.token(account.email, links.reset);
      must(await world.client().post('reset_password', { token, new_password: newPassword() }), 'reset_password');
      const [{ status }, isIn] = [await thief.post('confirm_email_change', { token: change }), await thief.isIn()];
      return judged(status < 400 || isIn, `confirming: ${status}; session ${isIn ? 'alive' : 'ended'}`);
    },
  },
];
