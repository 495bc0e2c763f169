// Forged answers of a provider: callbacks that the browser's owner never asked for, and ID tokens that prove nothing.
import { newAddress } from '../client.mjs';
import { inTurn, judged, must, notApplicable } from '../world.mjs';

/** A case that needs our own provider. */
const withProvider = (found) => ({
  ...found,
  run: (world) => (world.target.issuer ? found.run(world) : notApplicable('the server does not know our provider')),
});

const newLogin = (email = newAddress('login')) => ({ sub: email, email, email_verified: true });
const isIn = async (client) => Boolean(await client.whose());

/** Sends forged ID tokens, each for an attempt of its own; says which of them signed in. */
async function forged(world, forges) {
  const login = newLogin();
  must(await world.continueWith(world.client(), 'sign_in', login), 'sign in with the provider');
  const accepted = [];
  for (const [name, forge] of Object.entries(forges)) {
    const client = world.client();
    const { code, callback } = await world.begin(client, 'sign_in', login);
    world.target.issuer.forge(code, forge);
    await client.page(callback);
    if (await isIn(client)) accepted.push(name);
  }
  const all = Object.keys(forges);
  return judged(accepted.length > 0, accepted.length > 0 ? `signed in by: ${accepted.join(', ')}` : `none of: ${all.join(', ')}`);
}

const ago = (seconds) => Math.floor(Date.now() / 1000) - seconds;

export const cases = [
  {
    id: 'providers/no-cookie',
    checklist: 'V10.1.2, V10.2.1',
    attempt: "the attacker's whole callback address in the victim's browser, to sign the victim in to the attacker's account",
    run: async (world) => {
      const { callback } = await world.begin(world.client(), 'sign_in', newLogin());
      const victim = world.client();
      const { status } = await victim.page(callback);
      return judged(await isIn(victim), `${status}, ${victim.session ? 'a session' : 'no session'}`);
    },
  },
  {
    id: 'providers/foreign-state',
    checklist: 'V10.1.2, V10.2.1',
    attempt: "the attacker's state and code while the victim has an attempt of their own under way",
    run: async (world) => {
      const { callback } = await world.begin(world.client(), 'sign_in', newLogin());
      const victim = world.client();
      await world.begin(victim, 'sign_in', newLogin());
      const { status } = await victim.page(callback);
      return judged(await isIn(victim), `${status}, ${victim.session ? 'a session' : 'no session'}`);
    },
  },
  {
    id: 'providers/wrong-state',
    checklist: 'V10.1.2',
    attempt: "the attacker's code with no state, an altered state and another parameter twice",
    run: async (world) => {
      const worked = await inTurn(['none', 'altered', 'twice', 'code twice'], async (how) => {
        const client = world.client();
        const { state, code } = await world.begin(client, 'sign_in', newLogin());
        const path = `/users/auth/${world.target.issuer.id}/callback`;
        const queries = {
          none: `code=${code}`,
          altered: `state=${state.slice(0, -2)}xx&code=${code}`,
          twice: `state=${state}&state=x&code=${code}`,
          'code twice': `state=${state}&code=x&code=${code}`,
        };
        await client.page(`${path}?${queries[how]}`);
        return isIn(client);
      });
      return judged(worked.includes(true), worked.includes(true) ? 'signed in' : 'no session in 4 of 4');
    },
  },
  {
    id: 'providers/replayed',
    checklist: 'V10.1.2',
    attempt: 'a callback that has worked, a second time with the same cookies',
    run: async (world) => {
      const [first, second] = [world.client(), world.client()];
      const { callback } = await world.begin(first, 'sign_in', newLogin());
      const cookies = new Map(first.cookies);
      must(await first.page(callback), 'callback');
      second.cookies = cookies;
      const { status } = await second.page(callback);
      return judged(await isIn(second), `${status}, ${second.session ? 'a session' : 'no session'}`);
    },
  },
  {
    id: 'providers/link-delivered',
    checklist: 'V10.2.1, A03',
    attempt: "the attacker's login delivered to a victim in sudo mode who is linking, to be linked there",
    run: async (world) => {
      const [login, victim] = [newLogin(), await world.confirmed()];
      const attacker = await world.confirmed();
      const { callback, code } = await world.begin(attacker.client, 'link', login);
      const own = await world.begin(victim.client, 'link', newLogin());
      await victim.client.page(callback);
      await victim.client.page(`/users/auth/${world.target.issuer.id}/callback?state=${own.state}&code=${code}`);
      const thief = world.client();
      await world.continueWith(thief, 'sign_in', login);
      const whose = await thief.whose();
      return judged(whose === victim.email, whose === victim.email ? 'linked' : 'not linked to the victim');
    },
  },
  {
    id: 'providers/linked-elsewhere',
    checklist: 'A09',
    attempt: "a login that belongs to another account is linked to one's own",
    run: async (world) => {
      const [{ email, login }, other] = [await world.providerOnly(), await world.confirmed()];
      const { status } = await world.continueWith(other.client, 'link', login);
      const again = world.client();
      await world.continueWith(again, 'sign_in', login);
      const whose = await again.whose();
      return judged(whose !== email, `${status}; the login still opens ${whose === email ? "its own account" : 'something else'}`);
    },
  },
  {
    id: 'providers/forged-signature',
    checklist: 'V6.8.2, V9.1.1',
    attempt: 'ID tokens without a signature, with a wrong one, and signed with the public key as a password',
    run: (world) =>
      forged(world, {
        'alg none': { header: { alg: 'none' } },
        'alg None': { header: { alg: 'None' }, signature: '' },
        'empty signature': { signature: '' },
        'other signature': { signature: Buffer.alloc(256, 7).toString('base64url') },
        HS256: { header: { alg: 'HS256' } },
        'foreign jku': { header: { jku: 'http://127.0.0.1:1/jwks', kid: 'other' }, signature: 'AAAA' },
      }),
  },
  {
    id: 'providers/forged-claims',
    checklist: 'V10.5.1, V10.5.3, V10.5.4',
    attempt: 'ID tokens with a wrong nonce, issuer, audience, party and time',
    run: (world) =>
      forged(world, {
        nonce: { nonce: 'x' },
        'no nonce': { nonce: undefined },
        iss: { iss: 'http://127.0.0.1:1' },
        aud: { aud: 'another client' },
        azp: { azp: 'another client' },
        exp: { exp: ago(600) },
        iat: { iat: ago(-3600), exp: ago(-7200) },
        'no sub': { sub: undefined },
      }),
  },
  {
    id: 'providers/unverified-email',
    checklist: 'A05',
    attempt: "a provider's login with the victim's address, which the provider has not verified",
    run: async (world) => {
      const { email } = await world.account();
      const free = newAddress('free');
      const logins = [email, free].map((address) => ({ ...newLogin(newAddress()), email: address, email_verified: false }));
      const whose = await inTurn(logins, async (login) => {
        const client = world.client();
        await world.continueWith(client, 'sign_in', login);
        return client.whose();
      });
      return judged(whose.some(Boolean), whose.some(Boolean) ? `signed in as ${whose}` : 'no session, for a taken and for a free address');
    },
  },
  {
    id: 'providers/same-email',
    checklist: 'A01, A05, V6.8.1',
    attempt: "a provider's login with the verified address of the victim's account, and of a waiting one",
    run: async (world) => {
      const [{ email }, waiting] = [await world.account(), await world.waiting()];
      const client = world.client();
      await world.continueWith(client, 'sign_in', newLogin(email));
      const merged = (await client.whose()) === email;
      const owner = world.client();
      await world.continueWith(owner, 'sign_in', newLogin(waiting.email));
      const kept = await isIn(waiting.client);
      return judged(merged || kept, `victim's account ${merged ? 'opened' : 'not opened'}; stranger's session ${kept ? 'alive' : 'ended'}`);
    },
  },
  {
    id: 'providers/stale-sudo',
    checklist: 'A37, V6.8.4',
    attempt: 'sudo mode in a stolen session by an old login at the provider, and by another login',
    run: async (world) => {
      const { client, login } = await world.providerOnly();
      const answers = await inTurn([{ ...login, auth_time: ago(3600) }, { ...login, auth_time: undefined }, newLogin()], async (used) => {
        await world.continueWith(client, 'sudo', used);
        return client.post('create_api_token', { name: 'x', scope: 'write', expires: '7' });
      });
      return judged(answers.some(({ status }) => status < 400), `then creating a token: ${answers.map(({ status }) => status)}`);
    },
  },
  {
    id: 'providers/attempt-used-up',
    checklist: 'V10.1.2',
    attempt: "a page of another site opens the callback while the victim is at the provider, so that the victim's return fails",
    run: async (world) => {
      const victim = world.client();
      const { callback } = await world.begin(victim, 'sign_in', newLogin());
      const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image', accept: 'image/*' };
      const cookies = new Map(victim.cookies);
      await victim.ask(`/users/auth/${world.target.issuer.id}/callback?state=x&code=x`, { headers: image });
      victim.cookies = cookies;
      await victim.page(callback, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' });
      const worked = await isIn(victim);
      return judged(!worked, worked ? 'the victim is signed in' : "the victim's return failed");
    },
  },
  {
    id: 'providers/begun-by-get',
    checklist: 'V7.6.2',
    attempt: 'an attempt begun by a page of another site: by GET, and by POST from elsewhere',
    run: async (world) => {
      const client = world.client();
      const fields = new URLSearchParams({ provider: world.target.issuer.id, ask: 'sign_in' });
      const answers = [
        await client.page(`/api/continue_with_provider?${fields}`),
        await client.form('continue_with_provider', fields.toString(), { origin: 'https://evil.example' }),
        await client.page(`/users/auth/${world.target.issuer.id}`),
      ];
      const begun = [...client.cookies.keys()].some((name) => name.includes('signet_attempt'));
      return judged(begun, answers.map(({ status }) => status).join(', '));
    },
  },
].map(withProvider);
