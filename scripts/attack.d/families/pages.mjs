// What pages carry: cache rules, security headers, secrets in their text, and what machines that open them consume.
import { createHash } from 'node:crypto';
import { newAddress, newPassword } from '../client.mjs';
import { privatePages, publicPages } from '../actions.mjs';
import { fail, inTurn, judged, must, sudo } from '../world.mjs';

const required = {
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'referrer-policy': /^(same-origin|strict-origin)$/,
  'content-security-policy': /frame-ancestors 'none'/,
  'cross-origin-opener-policy': /^same-origin$/,
};

/** Answers of every sort. */
async function everySort(world, client) {
  const pages = await inTurn([...privatePages, ...publicPages, '/nothing', '/api/nothing', '/api/v1/me', '/healthz', '/pkg/nothing',
    '/users/confirm/x'], (path) => client.page(path));
  return [...pages, await client.post('update_profile', { name: '\u0001' }), await client.form('update_profile', { name: 'Ada' }),
    await client.post('nothing'), await client.form('sign_out', {}, { origin: 'https://evil.example' }), await client.ask('/', { method: 'TRACE' })];
}

export const cases = [
  {
    id: 'pages/caches',
    checklist: 'V14.3.2, A60',
    attempt: 'private pages, redirects, errors and API answers that a cache may keep',
    run: async (world) => {
      const account = await world.account();
      const answers = [...(await everySort(world, account.client)), await world.api(await world.token(account), 'me'),
        await account.client.page('/users/settings/x.css'), await account.client.page('/dashboard/x.js')];
      const kept = answers.filter(({ headers }) => !/no-store/.test(headers['cache-control'] ?? ''));
      return judged(kept.length > 0, `${kept.length} of ${answers.length} may be kept`);
    },
  },
  {
    id: 'pages/headers',
    checklist: 'V3.4.3, V3.4.4, V3.4.6',
    attempt: 'an answer of any sort without the headers against framing, sniffing and foreign scripts',
    run: async (world) => {
      const answers = await everySort(world, (await world.account()).client);
      const bare = answers.flatMap(({ status, headers }) =>
        Object.entries(required).filter(([name, form]) => !form.test(headers[name] ?? '')).map(([name]) => `${status} without ${name}`));
      return judged(bare.length > 0, bare.length > 0 ? [...new Set(bare)].join('; ') : `all headers on ${answers.length} answers`);
    },
  },
  {
    id: 'pages/nonce',
    checklist: 'A57, V3.4.3',
    attempt: "the policy's nonce: the same twice, readable beside the scripts, or with unsafe words",
    run: async (world) => {
      const pages = [await world.client().page('/'), await world.client().page('/')];
      const nonces = pages.map(({ headers }) => headers['content-security-policy'].match(/'nonce-([^']+)'/)?.[1]);
      const policy = pages[0].headers['content-security-policy'];
      const outside = pages[0].text.replace(/\bnonce="[^"]*"/g, '').includes(nonces[0]);
      const unsafe = /'unsafe-(inline|eval)'|\*(?!:\d)/.test(policy);
      const same = !nonces[0] || nonces[0] === nonces[1];
      return judged(same || outside || unsafe,
        `${same ? 'the same nonce twice' : 'a new one each time'}; ${outside ? 'readable in another attribute' : 'in nonce attributes only'}${unsafe ? '; unsafe' : ''}`);
    },
  },
  {
    id: 'pages/hidden-data',
    checklist: 'A58, V10.1.1',
    attempt: 'secrets in pages and in the data that their scripts read: passwords, hashes, tokens of sessions and links',
    run: async (world) => {
      const account = await world.confirmed();
      const [secret, token] = [newPassword(), await world.token(account)];
      await account.client.form('sign_in', { email: account.email, password: secret });
      await account.client.form('change_password', { current_password: secret, new_password: 'short' });
      must(await account.client.post('request_email_change', { new_email: newAddress('next') }), 'request_email_change');
      const pages = await inTurn([...privatePages, '/users/log-in', '/users/register'], (path) => account.client.page(path));
      if (pages.slice(0, privatePages.length).some(({ status }) => status !== 200)) fail('the owner is not signed in');
      const session = account.client.session;
      const digest = createHash('sha256').update(session).digest();
      const secrets = { password: account.password, 'typed password': secret, session, 'hash of the session': digest.toString('hex'), 'API token': token,
        argon2: '$argon2', 'link token': 'v1.confirm.', 'link token 2': 'v1.cancel.', 'hash of the session in base64': digest.toString('base64url') };
      const found = Object.entries(secrets).filter(([, word]) => pages.some(({ text }) => text.includes(word))).map(([name]) => name);
      return judged(found.length > 0, found.length > 0 ? `found: ${found.join(', ')}` : `none in ${pages.length} pages`);
    },
  },
  {
    id: 'pages/consumed-by-machines',
    checklist: 'A15',
    attempt: 'HEAD and a prefetch of the page that shows a new API token once',
    run: async (world) => {
      const seen = [];
      for (const [method, headers] of [['HEAD', {}], ['GET', { 'sec-purpose': 'prefetch' }], ['GET', { purpose: 'prefetch' }]]) {
        const { client, password } = await world.account();
        await sudo(client, password);
        must(await client.form('create_api_token', { name: 'x', scope: 'read', expires: '7' }), 'create_api_token');
        await client.ask('/users/settings/api-tokens', { method, headers: { accept: 'text/html', ...headers } });
        seen.push(/sgn_[0-9a-f]{72}/.test((await client.page('/users/settings/api-tokens')).text));
      }
      return judged(seen.includes(false), `the owner still sees the token: ${seen.map((is) => (is ? 'yes' : 'no')).join(', ')}`);
    },
  },
  {
    id: 'pages/sign-out-everywhere',
    checklist: 'V7.4.4, A60',
    attempt: 'pages without a way to sign out, and a sign-out that leaves data in the browser',
    run: async (world) => {
      const { client } = await world.account();
      const pages = await inTurn(privatePages, (path) => client.page(path));
      const without = pages.filter(({ status, text }) => status === 200 && !text.includes('action="/api/sign_out"')).length;
      const { headers } = await client.post('sign_out');
      return judged(without > 0 || !headers['clear-site-data'], `${without} pages without; Clear-Site-Data ${headers['clear-site-data'] ?? 'missing'}`);
    },
  },
];
