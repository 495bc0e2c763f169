// Requests that another site's page makes the victim's browser send, with the victim's cookies.
import { tag } from '../client.mjs';
import { actions } from '../actions.mjs';
import { fail, inTurn, judged, must } from '../world.mjs';

/** Each way of sending a new name: says which of them changed the name. */
async function renamed(world, ways) {
  const { client } = await world.account();
  const own = `ada${tag(3)}`;
  must(await client.post('update_profile', { name: own }), 'update_profile');
  if (!(await client.page('/users/settings/profile')).text.includes(own)) fail('the owner does not get a new name');
  const [worked, statuses] = [[], new Set()];
  for (const [name, send] of Object.entries(ways(client))) {
    const word = `mallory${tag(3)}`;
    world.moved(client);
    statuses.add((await send(word)).status);
    if ((await client.page('/users/settings/profile')).text.includes(word)) worked.push(name);
  }
  const tried = `${Object.keys(ways(client)).length} ways: ${[...statuses].sort().join(', ')}`;
  return judged(worked.length > 0, worked.length > 0 ? `changed by: ${worked.join('; ')}` : tried);
}

/** Ways that differ in their headers only. */
const byHeaders = (all) => (client) =>
  Object.fromEntries(Object.entries(all).map(([name, headers]) => [name, (word) => client.post('update_profile', { name: word }, headers)]));

const form = (word) => `name=${word}`;
const json = (word) => JSON.stringify({ name: word });
const multipart = (word) => `--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n${word}\r\n--b--\r\n`;

export const cases = [
  {
    id: 'csrf/origin',
    checklist: 'A52, V3.5.1',
    attempt: 'a form with the session and another Origin: none, null, other host, port, scheme, case, a prefix of ours',
    run: (world) => {
      const { url, port } = world.target;
      const others = ['null', '', 'https://evil.example', `http://127.0.0.1:${port + 1}`, url.replace('http:', 'https:'), `${url}.evil.example`,
        `http://evil.example/${url}`, url.toUpperCase(), `${url}/`, `http://localhost:${port}`, `http://127.0.0.1`, `${url} http://evil.example`];
      const all = Object.fromEntries(others.map((origin) => [`Origin ${origin || '(empty)'}`, { origin }]));
      return renamed(world, byHeaders({ 'no Origin': { origin: undefined }, ...all, 'Origin twice': { origin: ['https://evil.example', url] },
        'Referer only': { origin: undefined, referer: `${url}/users/settings` } }));
    },
  },
  {
    id: 'csrf/fetch-site',
    checklist: 'A52, V3.5.1',
    attempt: 'the same with Sec-Fetch-Site: cross-site, same-site, unknown and empty words, with our Origin and without',
    run: (world) => {
      const sites = ['cross-site', 'same-site', 'SAME-ORIGIN', 'same-origin, cross-site', 'x', ''];
      const with_ = (origin) => sites.map((site) => [`Sec-Fetch-Site ${site || '(empty)'}, Origin ${origin}`, { 'sec-fetch-site': site, origin }]);
      const twice = { 'Sec-Fetch-Site twice': { 'sec-fetch-site': ['cross-site', 'same-origin'], origin: 'https://evil.example' } };
      return renamed(world, byHeaders({ ...Object.fromEntries([...with_(world.target.url), ...with_(undefined)]), ...twice }));
    },
  },
  {
    id: 'csrf/encoding-elsewhere',
    checklist: 'A53',
    attempt: 'bodies that a form of another site can send: text/plain, multipart, no type; each with JSON or a form inside',
    run: (world) =>
      renamed(world, (client) => {
        const types = ['text/plain', 'multipart/form-data; boundary=b', undefined, 'application/x-www-form-urlencoded', 'application/json'];
        const bodies = { form, json, multipart };
        const ways = types.flatMap((type) => Object.entries(bodies).map(([name, body]) => [`${type} with ${name}`,
          (word) => client.post('update_profile', body(word), { 'content-type': type, origin: 'https://evil.example' })]));
        return Object.fromEntries(ways);
      }),
  },
  {
    id: 'csrf/encoding-ours',
    checklist: 'A53, V4.1.1',
    attempt: 'the same encodings with our Origin: only a form is a form',
    run: (world) =>
      renamed(world, (client) => {
        const types = ['text/plain', 'multipart/form-data; boundary=b', 'application/json', 'application/cbor', 'application/octet-stream', undefined,
          'text/plain; application/x-www-form-urlencoded'];
        const bodies = { form, json, multipart };
        const ways = types.flatMap((type) => Object.entries(bodies).map(([name, body]) => [`${type} with ${name}`,
          (word) => client.post('update_profile', body(word), { 'content-type': type })]));
        return Object.fromEntries(ways);
      }),
  },
  {
    id: 'csrf/methods',
    checklist: 'A52, V3.5.3',
    attempt: 'the action by GET, HEAD, PUT, PATCH, DELETE, OPTIONS, and with words that override the method',
    run: (world) =>
      renamed(world, (client) => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' };
        const by = (method) => (word) => client.ask(`/api/update_profile?name=${word}`, { method, headers, body: method === 'HEAD' ? undefined : form(word) });
        const override = (name) => (word) => client.ask(`/api/update_profile?name=${word}&_method=POST`, { headers: { [name]: 'POST' } });
        const methods = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => [method, by(method)]);
        const overrides = ['x-http-method-override', 'x-method-override', 'x-http-method'].map((name) => [name, override(name)]);
        return Object.fromEntries([...methods, ...overrides]);
      }),
  },
  {
    id: 'csrf/every-action',
    checklist: 'A52, A59, A39',
    attempt: `each of ${actions.length} actions from another site, without and with a session in sudo mode`,
    run: async (world) => {
      const [{ client }, stranger] = [await world.confirmed(), world.client()];
      const answers = await inTurn(actions, async (action) => [
        [action, (await world.moved(client).post(action, {}, { origin: 'https://evil.example' })).status],
        [action, (await world.moved(stranger).form(action, {}, { 'sec-fetch-site': 'cross-site' })).status],
      ]);
      const odd = answers.flat().filter(([, status]) => status !== 403);
      return judged(odd.length > 0, odd.length > 0 ? `not 403: ${odd.map(([action, status]) => `${action} ${status}`)}` : 'all 403');
    },
  },
  {
    id: 'csrf/sign-in',
    checklist: 'A52, A29',
    attempt: "another site signs the victim in to the attacker's account",
    run: async (world) => {
      const [{ email, password }, victim] = [await world.account(), world.client()];
      const answers = [
        await victim.form('sign_in', { email, password }, { origin: 'https://evil.example' }),
        await victim.form('sign_in', { email, password }, { origin: 'null', 'sec-fetch-site': 'cross-site' }),
        await victim.page(`/api/sign_in?${new URLSearchParams({ email, password })}`),
      ];
      return judged(victim.session, answers.map(({ status }) => status).join(', '));
    },
  },
  {
    id: 'csrf/export-download',
    checklist: 'A52',
    attempt: 'another site has the export downloaded, and signs the victim out',
    run: async (world) => {
      const { client } = await world.confirmed();
      must(await client.post('request_export'), 'request_export');
      const headers = { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' };
      const download = await client.ask('/users/settings/export/download', { method: 'POST', headers, body: '' });
      const out = await client.form('sign_out', {}, { origin: 'https://evil.example' });
      const stillIn = await client.isIn();
      return judged(download.status < 400 || !stillIn, `${download.status}, ${out.status}; ${stillIn ? 'still' : 'no longer'} signed in`);
    },
  },
  {
    id: 'csrf/cors',
    checklist: 'V3.4.2',
    attempt: 'another site asks for leave to read answers (CORS): a preflight, and pages and API with its Origin',
    run: async (world) => {
      const { client } = await world.account();
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
      const paths = ['/api/update_profile', '/api/v1/me', '/users/settings', '/users/live', '/dev/mailbox.json'];
      const answers = await inTurn(paths.slice(0, 3), (path) => client.ask(path, { method: 'OPTIONS', headers }));
      answers.push(...(await inTurn(['/api/v1/me', '/users/settings', '/dev/mailbox.json'], (path) => client.ask(path, { headers }))));
      const open = answers.filter((answer) => answer.headers['access-control-allow-origin']);
      return judged(open.length > 0, `${open.length} of ${answers.length} answers allow it`);
    },
  },
];
