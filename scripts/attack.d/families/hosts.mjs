// Names and addresses that a request invents: Host, Forwarded, X-Forwarded-*, and headers that rewrite the path.
import { links, newPassword } from '../client.mjs';
import { exchange, lines, statuses } from '../wire.mjs';
import { fail, inTurn, judged, must } from '../world.mjs';

/** The IP address of the newest event of an account that signs in with this `X-Forwarded-For`. */
async function addressIn(world, account, token, forwarded) {
  const { ip } = world.client();
  const client = world.client(forwarded.replaceAll('OWN', ip));
  must(await client.signIn(account.email, account.password), 'sign_in');
  const { text } = await world.api(token, 'events?limit=1');
  return { is: JSON.parse(text).events[0].ip, own: ip };
}

export const cases = [
  {
    id: 'hosts/host',
    checklist: 'A18',
    attempt: "another site's name as Host, beside ours, with ours inside, in the request line, with user and port",
    run: async (world) => {
      const { host } = new URL(world.target.url);
      const get = (line, ...more) => exchange(world.target, lines(line, ...more, 'Connection: close'));
      const answers = await inTurn([
        ['GET / HTTP/1.1', 'Host: evil.example'],
        ['GET / HTTP/1.1', `Host: ${host}`, 'Host: evil.example'],
        ['GET / HTTP/1.1', 'Host: evil.example', `Host: ${host}`],
        ['GET / HTTP/1.1', `Host: ${host}.evil.example`],
        ['GET / HTTP/1.1', `Host: evil.example#${host}`],
        ['GET / HTTP/1.1', `Host: ${host}@evil.example`],
        ['GET http://evil.example/ HTTP/1.1', `Host: ${host}`],
        [`GET http://${host}/ HTTP/1.1`, 'Host: evil.example'],
        ['GET / HTTP/1.1', 'X: y'],
        ['GET / HTTP/1.0'],
      ], (all) => get(...all));
      const codes = answers.map(({ text }) => statuses(text)[0] ?? 'closed');
      return judged(codes.some((code) => code < 400), codes.join(', '));
    },
  },
  {
    id: 'hosts/links-in-letters',
    checklist: 'A18',
    attempt: 'a reset link asked for with X-Forwarded-Host, Forwarded, X-Host, X-Original-Host of another site',
    run: async (world) => {
      const { email } = await world.account();
      const evil = 'evil.example';
      const headers = { 'x-forwarded-host': evil, forwarded: `host=${evil};proto=https`, 'x-host': evil, 'x-original-host': evil, 'x-forwarded-server': evil,
        'x-forwarded-proto': 'https', 'x-forwarded-prefix': `//${evil}`, 'x-forwarded-port': '1' };
      must(await world.client().post('request_password_reset', { email }, headers), 'request_password_reset');
      if (!(await world.target.token(email, links.reset))) fail('no reset link came');
      const letters = await world.target.lettersTo(email);
      const foreign = letters.filter((letter) => JSON.stringify(letter).includes(evil) || letter.links.some((link) => !link.startsWith(world.target.url)));
      return judged(foreign.length > 0, foreign.length > 0 ? 'a letter names the other site' : 'every link is ours');
    },
  },
  {
    id: 'hosts/redirects',
    checklist: 'A18',
    attempt: 'redirects and pages asked for with these headers',
    run: async (world) => {
      const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', 'x-forwarded-proto': 'javascript' };
      const answers = await inTurn(['/users/settings', '/.well-known/change-password', '/users/log-in', '/'], (path) => world.client().page(path, headers));
      const foreign = answers.filter(({ text, headers: { location } }) => `${text}${location}`.includes('evil.example'));
      return judged(foreign.length > 0, answers.map(({ status }) => status).join(', '));
    },
  },
  {
    id: 'hosts/forwarded-for',
    checklist: 'V4.1.3',
    attempt: 'a false address in the log: before the own one, with a byte that is not ASCII, an empty or strange hop',
    run: async (world) => {
      const account = await world.account();
      const token = await world.token(account);
      const forms = ['203.0.113.9, OWN', '\u00e9, OWN', 'unknown, OWN', ', OWN', '"203.0.113.9", OWN', '203.0.113.9 , OWN ', 'OWN:4711',
        '127.0.0.1, OWN', '::1, OWN'];
      const seen = await inTurn(forms, (form) => addressIn(world, account, token, form));
      const odd = seen.flatMap(({ is, own }, n) => (is === own ? [] : [`${forms[n]}: ${is}`]));
      return judged(odd.length > 0, odd.length > 0 ? odd.join('; ') : `the own address in ${forms.length} of ${forms.length}`);
    },
  },
  {
    id: 'hosts/path-headers',
    checklist: 'A59',
    attempt: 'headers that rewrite the path: X-Original-URL, X-Rewrite-URL, X-Forwarded-Path',
    run: async (world) => {
      const { client } = await world.waiting();
      const headers = { 'x-original-url': '/dashboard', 'x-rewrite-url': '/dashboard', 'x-forwarded-path': '/dashboard', 'x-forwarded-uri': '/dashboard' };
      const [page, plain] = [await client.page('/users/settings', headers), await client.page('/users/settings')];
      const title = ({ text }) => text.match(/<title>(.*?)<\/title>/)?.[1];
      return judged(title(page) !== title(plain), `the page is "${title(page)}"`);
    },
  },
  {
    id: 'hosts/address-of-a-friend',
    checklist: 'V4.1.3, V6.3.1',
    attempt: 'the address of this machine and of the server as X-Forwarded-For, to be taken for a proxy or to be spared by limits',
    run: async (world) => {
      const answers = [];
      for (const forwarded of ['127.0.0.1', '::1', '0.0.0.0', '::ffff:127.0.0.1']) {
        for (let n = 0; n < 13; n += 1) answers.push(await world.client(forwarded).signIn(`spray-${n}-${forwarded.length}@example.net`, newPassword()));
      }
      const limited = answers.filter(({ status }) => status === 429).length;
      return judged(limited === 0, `${answers.length} wrong sign-ins, ${limited} told to wait`);
    },
  },
];
