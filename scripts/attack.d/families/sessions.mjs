// Sessions: planted, kept, copied and mixed cookies.
import { links, newAddress, newPassword, tag } from '../client.mjs';
import { sudoActions } from '../actions.mjs';
import { sleep } from '../target.mjs';
import { fail, inTurn, judged, must, sudo } from '../world.mjs';

/** A browser with the cookies of another, as a thief who has copied them. */
function copyOf(world, client) {
  const copy = world.client();
  copy.cookies = new Map(client.cookies);
  return copy;
}

const aliveOrNot = (alive) => (alive ? 'alive' : 'ended');

/** What the copied session is worth after the owner has acted. */
async function keptAfter(world, act) {
  const account = await world.account();
  const thief = copyOf(world, account.client);
  await act(account, thief);
  const alive = await thief.isIn();
  return judged(alive, `the copied session: ${aliveOrNot(alive)}`);
}

/** Opens a page with this whole `Cookie` header. */
const withCookie = (world, cookie) => world.target.send({ path: '/dashboard', headers: { cookie, accept: 'text/html', 'x-forwarded-for': world.ip() } });

export const cases = [
  {
    id: 'sessions/fixation',
    checklist: 'A29, V7.2.4',
    attempt: "cookies planted before the victim signs in: an invented session, and the attacker's own",
    run: async (world) => {
      const [account, attacker] = [await world.account(), await world.account()];
      const outcomes = await inTurn([tag(32), Buffer.from(tag(16)).toString('base64url'), attacker.client.session], async (planted) => {
        const victim = world.client();
        victim.cookies.set('signet_session', planted);
        must(await victim.signIn(account.email, account.password), 'sign_in');
        const thief = world.client();
        thief.cookies.set('signet_session', planted);
        return victim.session === planted || (await thief.whose()) === account.email;
      });
      return judged(outcomes.includes(true), outcomes.includes(true) ? 'the planted cookie is signed in' : 'a new token each time');
    },
  },
  {
    id: 'sessions/after-sign-out',
    checklist: 'V7.4.1',
    attempt: 'a copied cookie after the owner has signed out',
    run: (world) => keptAfter(world, async ({ client }) => must(await client.post('sign_out'), 'sign_out')),
  },
  {
    id: 'sessions/after-sudo',
    checklist: 'V7.2.4',
    attempt: 'a copied cookie after the owner has confirmed sudo mode',
    run: (world) => keptAfter(world, ({ client, password }) => sudo(client, password)),
  },
  {
    id: 'sessions/after-password-change',
    checklist: 'V7.4.3, A38',
    attempt: "the thief's own session and a copied one after the owner has changed the password",
    run: async (world) => {
      const account = await world.account();
      const [own, copy] = [await world.thief(account), copyOf(world, account.client)];
      const fields = { current_password: account.password, new_password: newPassword() };
      must(await account.client.post('change_password', fields), 'change_password');
      const alive = [await own.isIn(), await copy.isIn()];
      return judged(alive.includes(true), `own ${aliveOrNot(alive[0])}, copied ${aliveOrNot(alive[1])}`);
    },
  },
  {
    id: 'sessions/after-reset',
    checklist: 'A02',
    attempt: 'a copied cookie after the owner has reset the password',
    run: (world) => keptAfter(world, async ({ email }) => {
      const owner = world.client();
      must(await owner.post('request_password_reset', { email }), 'request_password_reset');
      const token = await world.target.token(email, links.reset);
      must(await owner.post('reset_password', { token, new_password: newPassword() }), 'reset_password');
    }),
  },
  {
    id: 'sessions/two-cookies',
    checklist: 'A29, V3.3.3',
    attempt: "a sibling site sets the attacker's session beside the victim's: whose account does the victim work in?",
    run: async (world) => {
      const [victim, attacker] = [await world.account(), await world.account()];
      const pairs = [attacker, victim].map(({ client }) => `signet_session=${client.session}`);
      const seen = await inTurn([pairs, pairs.toReversed()], async (both) => (await withCookie(world, both.join('; '))).status);
      return judged(seen.includes(200), `attacker's first: ${seen[0]}, victim's first: ${seen[1]} (303: signed out)`);
    },
  },
  {
    id: 'sessions/foreign-cookie',
    checklist: 'A29',
    attempt: 'a sibling site sets a cookie with bytes that are not ASCII, to sign the victim out',
    run: async (world) => {
      const { client } = await world.account();
      const [own, latin] = [`signet_session=${client.session}`, 'theme=caf\u00e9'];
      const seen = await inTurn([`${latin}; ${own}`, `${own}; ${latin}`, `${own}; a="b; c`], async (cookie) => (await withCookie(world, cookie)).status);
      return judged(seen.some((status) => status !== 200), `the dashboard: ${seen.join(', ')}`);
    },
  },
  {
    id: 'sessions/other-places',
    checklist: 'V7.2.1',
    attempt: "a session's token where none is read: as a bearer, in the address, in the cookie's other names",
    run: async (world) => {
      const { client } = await world.account();
      const token = client.session;
      const ask = (path, headers) => world.target.send({ path, headers: { accept: 'text/html', 'x-forwarded-for': world.ip(), ...headers } });
      const answers = [
        await ask('/api/v1/me', { authorization: `Bearer ${token}` }),
        await ask('/api/v1/me', { cookie: `signet_session=${token}` }),
        await ask(`/dashboard?signet_session=${token}`, {}),
        await ask('/dashboard', { cookie: `__Host-signet_session=${token}` }),
        await ask('/dashboard', { cookie: `SIGNET_SESSION=${token}` }),
        await ask('/dashboard', { authorization: `Bearer ${token}` }),
      ];
      return judged(answers.some(({ status }) => status === 200), answers.map(({ status }) => status).join(', '));
    },
  },
  {
    id: 'sessions/sudo-of-another',
    checklist: 'A30, A32, V7.5.1',
    attempt: 'important actions in a stolen session while the owner is in sudo mode in hers, and after she changed the password',
    run: async (world) => {
      const account = await world.confirmed();
      const thief = await world.thief(account);
      const ask = (client) => inTurn(Object.entries(sudoActions), ([action, fields]) =>
        client.post(action, action === 'schedule_deletion' ? { confirmation: account.email } : fields));
      const before = await ask(thief);
      const fields = { current_password: account.password, new_password: newPassword() };
      must(await account.client.post('change_password', fields), 'change_password');
      const all = [...before, ...(await ask(account.client))];
      const worked = all.filter(({ status }) => status < 400).length;
      return judged(worked > 0, `${all.length - worked} of ${all.length} refused (${[...new Set(all.map(({ status }) => status))]})`);
    },
  },
  {
    id: 'sessions/open-stream',
    checklist: 'A62, V7.4.1',
    attempt: 'a stolen session keeps its live stream open after the owner has ended it',
    run: async (world) => {
      const account = await world.confirmed();
      const thief = await world.thief(account);
      let isOpen = true;
      const stream = world.target.send({ path: '/users/live', headers: { cookie: thief.cookie, 'x-forwarded-for': thief.ip } });
      stream.catch(() => undefined).finally(() => (isOpen = false));
      await sleep(500);
      if (!isOpen) fail('the stream does not open');
      must(await account.client.post('revoke_other_sessions'), 'revoke_other_sessions');
      await sleep(5_000);
      return judged(isOpen, isOpen ? 'still open after 5 s' : 'closed within 5 s');
    },
  },
  {
    id: 'sessions/draft-of-another',
    checklist: 'A60',
    attempt: "B signs in over A's ended session and reads what A had typed",
    run: async (world) => {
      const [a, b] = [await world.account(), await world.account()];
      const typed = newAddress('secret');
      await a.client.form('request_email_change', { new_email: typed });
      const browser = a.client;
      const other = await world.thief(a);
      await sudo(other, a.password);
      must(await other.post('revoke_other_sessions'), 'revoke_other_sessions');
      must(await browser.form('sign_in', { email: b.email, password: b.password }), 'sign_in');
      const pages = await inTurn(['/users/sudo', '/users/settings/email', '/users/log-in'], (path) => browser.page(path));
      const shows = pages.some(({ text }) => text.includes(typed));
      return judged(shows, shows ? "the address that A had typed" : 'nothing of A');
    },
  },
];
