// API tokens: more than their scope, more than their life, and places where none is read.
import { links, newPassword } from '../client.mjs';
import { ownActions } from '../actions.mjs';
import { inTurn, judged, must, sudo, tally, times } from '../world.mjs';

/** Asks the API with these headers and this path. */
const ask = (world, path, headers = {}, method = 'GET') =>
  world.target.send({ method, path, headers: { 'x-forwarded-for': world.ip(), ...headers } });

export const cases = [
  {
    id: 'tokens/scope',
    checklist: 'V8.2.1, A33',
    attempt: 'a token that may read ends a session',
    run: async (world) => {
      const account = await world.account();
      const other = await world.thief(account);
      const token = await world.token(account, 'read');
      const { sessions } = JSON.parse((await world.api(token, 'sessions')).text);
      const answers = await inTurn(sessions, ({ id }) => world.api(token, `sessions/${id}`, 'DELETE'));
      const alive = (await other.isIn()) && (await account.client.isIn());
      return judged(!alive, `${tally(answers)}; the sessions are ${alive ? 'alive' : 'ended'}`);
    },
  },
  {
    id: 'tokens/actions',
    checklist: 'A33',
    attempt: `a token that may write calls ${ownActions.length} actions and opens pages`,
    run: async (world) => {
      const token = await world.token(await world.account());
      const client = world.client();
      const bearer = { authorization: `Bearer ${token}` };
      const answers = await inTurn(ownActions, (action) => world.moved(client).post(action, { name: 'x' }, bearer));
      const pages = await inTurn(['/dashboard', '/users/settings'], (path) => client.page(path, bearer));
      return judged(answers.some(({ status }) => status < 400) || pages.some(({ status }) => status === 200), `${tally(answers)}; pages ${tally(pages)}`);
    },
  },
  {
    id: 'tokens/after-revoke',
    checklist: 'V7.4.2',
    attempt: 'a token after it was revoked, after a reset, and after the account was closed',
    run: async (world) => {
      const after = {
        revoked: ({ client }) => client.post('revoke_all_api_tokens'),
        reset: async ({ email }) => {
          must(await world.client().post('request_password_reset', { email }), 'request_password_reset');
          const token = await world.target.token(email, links.reset);
          return world.client().post('reset_password', { token, new_password: newPassword() });
        },
        closed: ({ client, email }) => client.post('schedule_deletion', { confirmation: email }),
      };
      const seen = await inTurn(Object.entries(after), async ([name, act]) => {
        const account = await world.account();
        const token = await world.token(account);
        must(await act(account), name);
        return `${name} ${(await world.api(token, 'me')).status}`;
      });
      return judged(seen.some((text) => text.endsWith('200')), seen.join(', '));
    },
  },
  {
    id: 'tokens/wrong-places',
    checklist: 'V14.2.1',
    attempt: 'a token in the address, in a cookie, as Basic, twice, altered, in other case',
    run: async (world) => {
      const token = await world.token(await world.account());
      const me = '/api/v1/me';
      const flipped = token.slice(0, 20) + (token[20] === '0' ? '1' : '0') + token.slice(21);
      const answers = [
        await ask(world, `${me}?access_token=${token}`), await ask(world, `${me}?token=${token}`), await ask(world, me,
          { cookie: `authorization=${token}; token=${token}` }),
        await ask(world, me, { authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` }), await ask(world, me, { authorization: token }),
        await ask(world, me, { authorization: `Bearer ${token} ${token}` }), await ask(world, me, { authorization: `Bearer ${flipped}` }),
        await ask(world, me, { authorization: `Bearer ${token.toUpperCase()}` }), await ask(world, me, { authorization: `Bearer ${token}x` }),
        await ask(world, me, { 'x-api-key': token }), await ask(world, me, { authorization: 'Bearer ' }), await ask(world, me,
          { authorization: `Bearer ${'x'.repeat(9_000)}` }),
      ];
      return judged(answers.some(({ status }) => status < 400 || status >= 500), tally(answers));
    },
  },
  {
    id: 'tokens/sessions-ended-one-by-one',
    checklist: 'V6.3.1',
    attempt: 'a stolen token ends 14 sessions, each as the owner begins it',
    run: async (world) => {
      const account = await world.account();
      const token = await world.token(account);
      const answers = await inTurn(times(14), async () => {
        const owner = await world.thief(account);
        const { sessions } = JSON.parse((await world.api(token, 'sessions')).text);
        const newest = sessions.find(({ ip }) => ip === owner.ip);
        return world.api(token, `sessions/${newest?.id}`, 'DELETE');
      });
      return judged(answers.every(({ status }) => status < 400), tally(answers));
    },
  },
  {
    id: 'tokens/made-without-sudo',
    checklist: 'V7.5.1, A33',
    attempt: 'a token is made in a stolen session, by a token, and with a scope and a life that are not offered',
    run: async (world) => {
      const account = await world.account();
      const [thief, token] = [await world.thief(account), await world.token(account)];
      const fine = { name: 'x', scope: 'write', expires: '7' };
      await sudo(account.client, account.password);
      const make = (fields) => account.client.post('create_api_token', fields);
      const answers = [
        await thief.post('create_api_token', fine), await world.client().post('create_api_token', fine, { authorization: `Bearer ${token}` }),
        await make({ ...fine, scope: 'admin' }), await make({ ...fine, scope: 'read write' }), await make({ ...fine, expires: '99999' }),
          await make({ ...fine, expires: '-1' }),
        await make({ ...fine, expires: '0' }), await make({ ...fine, expires: '' }), await make({ ...fine, scope: '' }),
      ];
      return judged(answers.some(({ status }) => status < 400 || status >= 500), tally(answers));
    },
  },
  {
    id: 'tokens/methods',
    checklist: 'V4.1.4',
    attempt: 'methods and formats that the API does not offer',
    run: async (world) => {
      const token = await world.token(await world.account());
      const wanted = ['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) => ['me', 'events', 'sessions', 'tokens', 'password'].map((path) => [path, method]));
      const answers = await inTurn(wanted, ([path, method]) => world.api(token, path, method));
      return judged(answers.some(({ status }) => status < 400 || status >= 500), tally(answers));
    },
  },
];
