// Paths that two readers understand differently: backslashes, dots, encoded slashes, case, and files outside the site.
import { exchange, lines, statuses } from '../wire.mjs';
import { inTurn, judged } from '../world.mjs';
import { privatePages } from '../actions.mjs';

/** Pages that are open to all, and below which a path can go back up. */
const open = ['/users/confirm/', '/users/reset-password/', '/users/email-change/undo/', '/users/auth/'];

/** Asks for a path as it stands; no library tidies it. */
async function raw(world, path, cookie) {
  const head = [`GET ${path} HTTP/1.1`, `Host: ${new URL(world.target.url).host}`, 'Accept: text/html', `X-Forwarded-For: ${world.ip()}`, 'Connection: close'];
  const { text } = await exchange(world.target, lines(...head, ...(cookie ? [`Cookie: ${cookie}`] : [])));
  return { status: statuses(text)[0], title: text.match(/<title>(.*?)<\/title>/)?.[1], text };
}

const ups = ['..\\..\\', '..%5c..%5c', '../../', '%2e%2e/%2e%2e/', '..%2f..%2f', '.%2e/.%2e/', '..;/..;/', '..%252f..%252f', 'x/../../../'];

export const cases = [
  {
    id: 'paths/behind-another-gate',
    checklist: 'A59',
    attempt: 'an unconfirmed account asks for the dashboard through paths that go back up from an open page',
    run: async (world) => {
      const { client } = await world.waiting();
      const dashboard = (await (await world.account()).client.page('/dashboard')).text.match(/<title>(.*?)<\/title>/)[1];
      const paths = open.flatMap((base) => ups.map((up) => `${base}${up}${base.split('/').length > 4 ? up : ''}dashboard`));
      const answers = await inTurn(paths, async (path) => ({ path, ...(await raw(world, path, client.cookie)) }));
      const shown = answers.filter(({ status, title }) => status === 200 && title === dashboard);
      const broken = answers.filter(({ status }) => status >= 500);
      return judged(shown.length + broken.length > 0, `${shown.length} of ${paths.length} show it ${shown[0]?.path ?? ''}, ${broken.length} end in an error`);
    },
  },
  {
    id: 'paths/anonymous',
    checklist: 'A59',
    attempt: 'without a session: each private page through paths that go back up',
    run: async (world) => {
      const paths = privatePages.flatMap((page) => ups.slice(0,
        5).map((up) => `/users/confirm/${up}${page.slice(1).replaceAll('/', up.includes('\\') ? '\\' : '/')}`));
      const { client } = await world.account();
      const titles = await inTurn(privatePages, async (page) => (await raw(world, page, client.cookie)).title);
      const answers = await inTurn(paths, (path) => raw(world, path));
      const bad = answers.filter(({ status, title }) => status >= 500 || (status === 200 && titles.includes(title)));
      return judged(bad.length > 0, `${paths.length} paths: ${[...new Set(answers.map(({ status }) => status))].sort().join(', ')}; ${bad.length} bad`);
    },
  },
  {
    id: 'paths/spellings',
    checklist: 'A59',
    attempt: 'private pages in capitals, with a trailing slash, doubled slashes, dots, parameters, encoded letters',
    run: async (world) => {
      const spell = [(page) => page.toUpperCase(), (page) => `${page}/`, (page) => `/${page}`, (page) => `/.${page}`, (page) => `${page}/.`, (page) => `${page};x=1`,
        (page) => page.replace('s', '%73'), (page) => `${page}%00`, (page) => `${page}%20`, (page) => `${page}?`, (page) => `${page}%2f`, (page) => `${page}.json`];
      const paths = privatePages.slice(0, 8).flatMap((page) => spell.map((as) => as(page)));
      const answers = await inTurn(paths, (path) => raw(world, path));
      const bad = answers.filter(({ status }) => status === 200 || status >= 500);
      return judged(bad.length > 0, `${paths.length} paths: ${[...new Set(answers.map(({ status }) => status))].sort().join(', ')}`);
    },
  },
  {
    id: 'paths/files',
    checklist: 'V5.3.2',
    attempt: 'files outside the folder of the site: the key, the database, the settings',
    run: async (world) => {
      const up = ['../', '..%2f', '%2e%2e/', '..\\', '..%5c', '..%252f', '....//', '.%00./'];
      const files = ['data/secret.key', 'secret.key', 'data/signet.db', 'Leptos.toml', 'Cargo.toml', 'etc/passwd'];
      const paths = up.flatMap((step) => [1, 2, 3, 8].flatMap((depth) => files.map((file) => `/pkg/${step.repeat(depth)}${file}`)));
      const absolute = ['/pkg//etc/passwd', '/pkg/%2fetc/passwd', '/pkg/.git/config', '/.env', '/data/secret.key', '/favicon.svg/../data/secret.key'];
      const all = [...paths, ...absolute];
      const answers = await inTurn(all, (path) => raw(world, path));
      const bad = answers.filter(({ status }) => status === 200 || status >= 500);
      return judged(bad.length > 0, `${all.length} paths: ${[...new Set(answers.map(({ status }) => status))].sort().join(', ')}`);
    },
  },
  {
    id: 'paths/long-names',
    checklist: 'V4.2.5',
    attempt: 'names of 300 to 60,000 characters below /pkg, /users, /api and /api/v1',
    run: async (world) => {
      const paths = ['/pkg/', '/users/', '/api/', '/api/v1/', '/pkg/a/'].flatMap((base) => [300, 2_000, 20_000, 60_000].map((length) => base + 'x'.repeat(length)));
      paths.push(`/pkg/${'a/'.repeat(5_000)}`, `/?${'a=1&'.repeat(5_000)}`);
      const answers = await inTurn(paths, (path) => raw(world, path));
      const bad = answers.filter(({ status }) => status >= 500);
      return judged(bad.length > 0, `${paths.length} paths: ${[...new Set(answers.map(({ status }) => status ?? 'closed'))].sort().join(', ')}`);
    },
  },
];
