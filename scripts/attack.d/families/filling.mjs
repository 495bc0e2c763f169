// Filling the disk: what callers without an account can make the server store.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newAddress, newPassword, tag } from '../client.mjs';
import { inTurn, judged, notApplicable, tally, times } from '../world.mjs';
import { dripped } from '../wire.mjs';

/** What one client's refused requests may add to the database, in bytes: some twenty rows in a few tables. */
const mostBytes = 24 * 1_024;
/** What the log may keep of a browser's name, in bytes. */
const mostName = 256;
/** Largest cookie that every browser keeps, in bytes (RFC 6265). */
const mostCookie = 4_096;

/** How many bytes the SQLite database has, those that are still in its log included. */
async function size(folder) {
  const [file, log] = await Promise.all(['signet.db', 'signet.db-wal'].map((name) => readFile(join(folder, name)).catch(() => Buffer.alloc(0))));
  if (file.length < 100) return undefined;
  const page = file.readUInt16BE(16) === 1 ? 65_536 : file.readUInt16BE(16);
  let pages = file.readUInt32BE(28);
  // Frames of an earlier round of the log have another salt. A frame that ends a transaction says how many pages there are.
  const isOfThisRound = (at) => log.compare(log, 16, 24, at + 8, at + 16) === 0;
  for (let at = 32; at + 24 + page <= log.length && isOfThisRound(at); at += 24 + page) pages = log.readUInt32BE(at + 4) || pages;
  return pages * page;
}

/** Sends `count` requests of one client; says by how much the database has grown. */
async function filled(world, count, act) {
  const { data } = world.target;
  const before = data && (await size(data));
  if (before === undefined) return notApplicable('needs --data with an SQLite database');
  const [ip, answers] = [world.ip(), []];
  const worker = async (first) => {
    for (let number = first; number < count; number += 8) answers.push(await act(world.client(ip), number));
  };
  await Promise.all(times(8).map(worker));
  const grown = (await size(data)) - before;
  return judged(grown > mostBytes, `${tally(answers)}; ${grown} bytes more in the database, ${Math.round(grown / count)} a request`);
}

export const cases = [
  {
    id: 'filling/callbacks',
    checklist: 'V14.2.4',
    attempt: "1,000 callbacks of a provider without a cookie, as any site's images cause",
    run: (world) => filled(world, 1_000, (client, n) => client.page(`/users/auth/x${n % 7}/callback?state=x&code=y`)),
  },
  {
    id: 'filling/dead-links',
    checklist: 'V14.2.4',
    attempt: '1,000 dead links pressed by one client',
    run: (world) => filled(world, 1_000, (client) => client.post('cancel_email_change_by_link', { token: `v1.cancel.${tag(16)}.x` })),
  },
  {
    id: 'filling/refused-sign-ins',
    checklist: 'V14.2.4',
    attempt: '400 wrong sign-ins of one client, for as many addresses',
    run: (world) => filled(world, 400, (client) => client.signIn(newAddress('nobody'), 'wrong wrong wrong')),
  },
  {
    id: 'filling/accounts',
    checklist: 'A64',
    attempt: '40 accounts of one client that stay unconfirmed',
    run: async (world) => {
      const ip = world.ip();
      const signUp = () => world.client(ip).post('sign_up', { email: newAddress('fill'), password: newPassword() });
      const answers = [];
      for (const _ of times(10)) answers.push(...(await Promise.all(times(4).map(signUp))));
      const made = answers.filter(({ status }) => status < 400).length;
      return judged(made > 15, tally(answers));
    },
  },
  {
    id: 'filling/provider-starts',
    checklist: 'A64',
    attempt: '45 attempts at a provider begun by one client',
    run: async (world) => {
      if (!world.target.issuer) return notApplicable('the server does not know our provider');
      const ip = world.ip();
      const fields = { provider: world.target.issuer.id, ask: 'sign_in', return_to: '/dashboard' };
      const answers = await inTurn(times(45), () => world.client(ip).post('continue_with_provider', fields));
      return judged(answers.every(({ status }) => status < 400), tally(answers));
    },
  },
  {
    id: 'filling/user-agent',
    checklist: 'V14.2.4',
    attempt: 'a User-Agent of 6,000 bytes at each sign-in',
    run: async (world) => {
      const account = await world.account();
      const client = world.client();
      client.agent = `fill ${'\u00e9'.repeat(3_000)} ${'x'.repeat(3_000)}`;
      await client.signIn(account.email, account.password);
      const { text } = await world.api(await world.token(account), 'events');
      const names = JSON.parse(text).events.map(({ browser }) => Buffer.byteLength(browser ?? ''));
      const longest = Math.max(...names);
      return judged(longest > mostName, `${longest} bytes are kept`);
    },
  },
  {
    id: 'filling/cookies',
    checklist: 'V3.3.5',
    attempt: 'forms filled with long text and control characters, so that the kept drafts exceed a cookie',
    run: async (world) => {
      const account = await world.account();
      const client = account.client;
      const answers = [];
      for (const text of ['\u0001'.repeat(250), '"\\'.repeat(125), '\u{e000}'.repeat(250), 'x'.repeat(2_000)]) {
        answers.push(await client.form('request_email_change', { new_email: text }));
        answers.push(await client.form('update_profile', { name: text }));
        answers.push(await client.form('create_api_token', { name: text, scope: 'write', expires: '7' }));
        answers.push(await client.form('schedule_deletion', { confirmation: text }));
      }
      const longest = Math.max(...answers.flatMap(({ cookies }) => cookies).map((line) => line.split(';')[0].length), 0);
      return judged(longest > mostCookie, `the longest cookie has ${longest} bytes; ${tally(answers)}`);
    },
  },
  {
    id: 'filling/location',
    checklist: 'V4.2.5',
    attempt: 'tokens of 60,000 bytes in plain forms: do they come back in the address?',
    run: async (world) => {
      const [client, token] = [world.client(), 'x'.repeat(60_000)];
      const answers = await inTurn(['verify_email', 'reset_password', 'undo_email_change', 'cancel_email_change_by_link'], (action) =>
        client.form(action, { token, password: 'wrong wrong wrong', new_password: newPassword() }));
      const longest = Math.max(...answers.map(({ headers }) => headers.location?.length ?? 0));
      return judged(longest > 4_096 || answers.some(({ status }) => status >= 500), `${tally(answers)}; the longest address has ${longest} bytes`);
    },
  },
  {
    id: 'filling/large-bodies',
    checklist: 'A56',
    attempt: 'bodies of 65 KiB and 2 MB, 100,000 fields, and chunks without an end',
    run: async (world) => {
      const client = world.client();
      const sizes = [`email=${'x'.repeat(66_000)}`, `email=${'x'.repeat(2_000_000)}`, 'a=1&'.repeat(100_000)];
      const answers = await inTurn(sizes, (body) => client.post('sign_in', body).catch(() => ({ status: 'closed' })));
      const head = ['POST /api/sign_in HTTP/1.1', `Host: ${new URL(world.target.url).host}`, `Origin: ${world.target.url}`,
        'Content-Type: application/x-www-form-urlencoded', `X-Forwarded-For: ${world.ip()}`, 'Transfer-Encoding: chunked', '', ''].join('\r\n');
      const { ms, text } = await dripped(world.target, head, `8000\r\n${'x'.repeat(32_768)}\r\n`, { every: 100, wait: 10_000 });
      const open = ms === undefined;
      return judged(open || answers.some(({ status }) => status < 400), `${tally(answers)}; chunks: ${text.slice(9, 12) || 'closed'}${open ? ', still open' : ''}`);
    },
  },
];
