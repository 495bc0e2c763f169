// Starving an owner: a stranger's requests that take away the links and the letters that she waits for.
import { links, newAddress, newPassword } from '../client.mjs';
import { fail, inTurn, judged, must, times } from '../world.mjs';

/** The owner asks for a reset link, and strangers ask `count` times after her: does hers still work? */
async function resetKilled(world, count) {
  const { email } = await world.account();
  const owner = world.client();
  must(await owner.post('request_password_reset', { email }), 'request_password_reset');
  const token = (await world.target.token(email, links.reset)) ?? fail('no reset link came');
  await inTurn(times(count), () => world.client().post('request_password_reset', { email }));
  const { status } = await owner.post('reset_password', { token, new_password: newPassword() });
  return judged(status >= 400, `the owner's link: ${status}`);
}

export const cases = [
  {
    id: 'starving/reset-link',
    checklist: 'V6.4.3',
    attempt: 'a stranger asks for a reset link after the owner has got hers',
    run: (world) => resetKilled(world, 1),
  },
  {
    id: 'starving/reset-links',
    checklist: 'V6.4.3',
    attempt: '8 strangers ask for reset links after the owner has got hers',
    run: (world) => resetKilled(world, 8),
  },
  {
    id: 'starving/reset-from-known-browser',
    checklist: 'V6.1.1',
    attempt: '8 strangers ask for reset links, so that the owner gets none into the browser she always uses',
    run: async (world) => {
      const { email, client } = await world.account();
      await client.post('sign_out');
      await inTurn(times(8), () => world.client().post('request_password_reset', { email }));
      await world.target.lettersCounted(email);
      const before = await tokens(world.target, email);
      must(await client.post('request_password_reset', { email }), 'request_password_reset');
      const token = await world.target.token(email, links.reset, { not: before, wait: 3_000 });
      const status = token && (await client.post('reset_password', { token, new_password: newPassword() })).status;
      return judged(!token || status >= 400, token ? `her link came: ${status}` : 'no link came');
    },
  },
  {
    id: 'starving/waiting-account',
    checklist: 'A01',
    attempt: '5 strangers sign up with the address of an owner who has just done so, to evict her waiting account',
    run: async (world) => {
      const [email, password] = [newAddress(), newPassword()];
      const signUp = () => world.client().post('sign_up', { email, password: newPassword() });
      // Her account is the third to be told of by letter, which are as many as an address gets in an hour.
      await inTurn(times(2), signUp);
      await world.target.lettersCounted(email, 800);
      const before = await tokens(world.target, email, links.confirm);
      const { client } = await world.waiting(email, password);
      const token = (await world.target.token(email, links.confirm, { not: before })) ?? fail('no link came to the owner');
      await inTurn(times(5), signUp);
      const { status } = await client.post('verify_email', { token });
      return judged(status >= 400, `the owner's link: ${status}`);
    },
  },
  {
    id: 'starving/correction',
    checklist: 'A01',
    attempt: '5 unconfirmed accounts correct their address to that of a waiting account, to evict it',
    run: async (world) => {
      const others = await inTurn(times(7), () => world.waiting());
      const [email, password] = [newAddress(), newPassword()];
      const correct = ({ client }) => client.post('request_email_change', { new_email: email });
      await inTurn(others.slice(0, 2), correct);
      await world.target.lettersCounted(email, 800);
      const before = await tokens(world.target, email, links.confirm);
      const { client } = await world.waiting(email, password);
      const token = (await world.target.token(email, links.confirm, { not: before })) ?? fail('no link came to the owner');
      await inTurn(others.slice(2), correct);
      const { status } = await client.post('verify_email', { token });
      return judged(status >= 400, `the owner's link: ${status}`);
    },
  },
  {
    id: 'starving/email-change',
    checklist: 'A14',
    attempt: 'a stranger signs up with the address to which the owner is changing, before she confirms',
    run: async (world) => {
      const [{ client, password }, next] = [await world.account(), newAddress()];
      must(await client.post('confirm_sudo', { password }), 'confirm_sudo');
      must(await client.post('request_email_change', { new_email: next }), 'request_email_change');
      const token = await world.target.token(next, links.change);
      must(await world.client().post('sign_up', { email: next, password: newPassword() }), 'sign_up');
      const { status } = await client.post('confirm_email_change', { token });
      return judged(status >= 400, `the owner's confirmation: ${status}`);
    },
  },
];

async function tokens(target, email, path = links.reset) {
  const all = (await target.lettersTo(email)).flatMap((letter) => letter.links).map((link) => new URL(link).pathname);
  return all.filter((link) => link.startsWith(path)).map((link) => link.slice(path.length));
}
