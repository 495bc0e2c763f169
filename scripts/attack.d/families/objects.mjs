// Things of another account: sessions, tokens, exports, events, and what their numbers tell.
import { tag } from '../client.mjs';
import { ownActions, privatePages } from '../actions.mjs';
import { fail, inTurn, judged, must, sudo, tally } from '../world.mjs';

const ids = (text, pattern) => [...text.matchAll(pattern)].map(([, id]) => id);

export const cases = [
  {
    id: 'objects/session',
    checklist: 'V8.2.2, V7.5.2',
    attempt: "another account's session is ended, from the page and by a token",
    run: async (world) => {
      const [victim, attacker] = [await world.account(), await world.confirmed()];
      const { text } = await world.api(await world.token(victim), 'sessions');
      const [{ id }] = JSON.parse(text).sessions;
      const token = await world.token(attacker);
      const answers = [await attacker.client.post('revoke_session', { session: id }), await world.api(token, `sessions/${id}`, 'DELETE')];
      const alive = await victim.client.isIn();
      return judged(!alive, `${tally(answers)}; the session is ${alive ? 'alive' : 'ended'}`);
    },
  },
  {
    id: 'objects/api-token',
    checklist: 'V8.2.2',
    attempt: "another account's API token is revoked",
    run: async (world) => {
      const [victim, attacker] = [await world.account(), await world.confirmed()];
      const token = await world.token(victim);
      const page = (await victim.client.page('/users/settings/api-tokens')).text;
      const found = ids(page, /name="id" value="([^"]+)"/g);
      const answers = await inTurn(found, (id) => attacker.client.post('revoke_api_token', { id }));
      const { status } = await world.api(token, 'me');
      return judged(found.length === 0 || status >= 400, `${tally(answers)}; the token: ${status}`);
    },
  },
  {
    id: 'objects/export',
    checklist: 'V8.2.2',
    attempt: "another account's export is downloaded: from one's own page, with invented ids, without sudo mode",
    run: async (world) => {
      const [victim, attacker] = [await world.confirmed(), await world.confirmed()];
      must(await victim.client.post('request_export'), 'request_export');
      await world.target.lettersCounted(victim.email);
      const page = (await victim.client.page('/users/settings/export')).text;
      const fields = Object.fromEntries([...page.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
      const headers = { origin: world.target.url, 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
      const body = new URLSearchParams({ ...fields, user: victim.email, id: '1' }).toString();
      const download = (client) => client.ask('/users/settings/export/download', { method: 'POST', headers, body });
      const thief = await world.thief(victim);
      const answers = [await download(attacker.client), await download(world.client()), await download(thief)];
      const got = answers.filter(({ text }) => text.includes(victim.email) && text.startsWith('{'));
      if (!(await download(victim.client)).text.includes(victim.email)) fail('the owner does not get the export');
      return judged(got.length > 0, tally(answers));
    },
  },
  {
    id: 'objects/event',
    checklist: 'V8.2.2',
    attempt: "another account's events are read by their numbers and disowned",
    run: async (world) => {
      const [victim, attacker] = [await world.account(), await world.confirmed()];
      const { text } = await world.api(await world.token(victim), 'events');
      const numbers = JSON.parse(text).events.map(({ id }) => id);
      const own = await world.token(attacker);
      const answers = await inTurn(numbers, (event) => attacker.client.post('disown_event', { event }));
      const pages = await inTurn(numbers, (id) => world.api(own, `events?before=${encodeURIComponent(id)}`));
      const leaked = pages.filter(({ text: page }) => page.includes(victim.client.ip));
      const alive = await victim.client.isIn();
      return judged(leaked.length > 0 || !alive, `${tally(answers)}; the victim's session is ${alive ? 'alive' : 'ended'}`);
    },
  },
  {
    id: 'objects/counter',
    checklist: 'V8.2.2',
    attempt: "the numbers of one's own events, to learn how much happens on the whole site",
    run: async (world) => {
      const account = await world.account();
      const token = await world.token(account);
      const newest = async () => JSON.parse((await world.api(token, 'events?limit=1')).text).events[0].id;
      await sudo(account.client, account.password);
      const before = await newest();
      for (let n = 0; n < 3; n += 1) await world.waiting();
      await sudo(account.client, account.password);
      const after = await newest();
      const grew = Number(after) - Number(before);
      return judged(grew > 1, `one event of one's own later: ${before} became ${after}`);
    },
  },
  {
    id: 'objects/cursors',
    checklist: 'A66',
    attempt: 'forged places in the security log, pages and API: huge, negative, text, SQL',
    run: async (world) => {
      const account = await world.account();
      const token = await world.token(account);
      const forged = ['-1', '0', '99999999999999999999', '9223372036854775807', "1' OR '1'='1", '1;DROP TABLE users', '%', '1e9', '', 'NaN', '\u0661'];
      const pages = await inTurn(forged, (before) => account.client.page(`/users/settings/security-log?${new URLSearchParams({ before, kind: before })}`));
      const api = await inTurn(forged, (before) => world.api(token, `events?${new URLSearchParams({ before, limit: before })}`));
      const bad = [...pages, ...api].filter(({ status }) => status >= 500);
      return judged(bad.length > 0, `pages ${tally(pages)}; API ${tally(api)}`);
    },
  },
  {
    id: 'objects/without-session',
    checklist: 'A59, V8.3.1',
    attempt: `${ownActions.length} actions and ${privatePages.length} pages without a session, and with an invented one`,
    run: async (world) => {
      const [none, invented] = [world.client(), world.client()];
      invented.cookies.set('signet_session', tag(32));
      const answers = await inTurn([none, invented], async (client) => [
        ...(await inTurn(ownActions, (action) => world.moved(client).post(action, { name: 'x', id: '1', session: '1', event: '1' }))),
        ...(await inTurn(privatePages, async (path) => ({ status: (await client.page(path)).status === 303 ? 403 : 200 }))),
      ]);
      const worked = answers.flat().filter(({ status }) => status < 400 || status >= 500);
      return judged(worked.length > 0, tally(answers.flat()));
    },
  },
  {
    id: 'objects/restricted',
    checklist: 'A41, A42',
    attempt: 'a closed account: every action and page but keeping it, by session and by token',
    run: async (world) => {
      const account = await world.confirmed();
      const token = await world.token(account);
      must(await account.client.post('schedule_deletion', { confirmation: account.email }), 'schedule_deletion');
      const client = await world.thief(account);
      const others = ownActions.filter((name) => name !== 'cancel_deletion');
      const answers = await inTurn(others, (action) => client.post(action, { name: 'x', password: account.password, current_password: account.password,
        new_password: `${account.password}x`, new_email: 'x@example.com', confirmation: account.email }));
      const pages = await inTurn(privatePages, (path) => client.page(path));
      const { status } = await world.api(token, 'me');
      const worked = [...answers.filter((answer) => answer.status < 400), ...pages.filter((page) => page.status === 200)].length;
      return judged(worked > 0 || status < 400, `actions ${tally(answers)}; pages ${tally(pages)}; token ${status}`);
    },
  },
];
