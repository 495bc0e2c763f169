// Open redirects: addresses of other sites where the site keeps the page to return to.
import { inTurn, judged, must, notApplicable } from '../world.mjs';

const outside = [
  '//evil.example', '///evil.example', '/\\evil.example', '\\\\evil.example', 'https://evil.example', 'https:evil.example', 'http:///evil.example',
  '/%5cevil.example', '/%2fevil.example', '/%2F%2Fevil.example', '/..//evil.example', '/.//evil.example', '/x/..//evil.example', '/users//evil.example/..',
  'javascript:alert(1)', 'data:text/html,x', ' //evil.example', '\t//evil.example', '/\t/evil.example', '/\n/evil.example', '/ok%0d%0aLocation:https://evil.example',
  '/ok\r\nLocation: https://evil.example', '@evil.example', '.evil.example', '/@evil.example//', 'dashboard', '/\u2215evil.example',
    '/\u3002evil.example', '//evil%E3%80%82example',
  'http://127.0.0.1:3000@evil.example', '/dashboard\u0000//evil.example',
];

/** Whether a browser on this site would leave it, or be misled by a doubled slash. */
function leaves(target, location) {
  if (location === undefined) return false;
  const to = new URL(location, target.url);
  return to.origin !== target.url || to.pathname.includes('//') || /[\r\n]/.test(location);
}

async function ledAway(world, visit, all = outside) {
  const odd = [];
  for (const wanted of all) {
    const location = await visit(wanted);
    if (leaves(world.target, location)) odd.push(`${JSON.stringify(wanted)} to ${location}`);
  }
  return judged(odd.length > 0, odd.length > 0 ? odd.join('; ').slice(0, 200) : `none of ${all.length} leads away`);
}

const query = (wanted) => new URLSearchParams({ return_to: wanted }).toString();

export const cases = [
  {
    id: 'redirects/sign-in',
    checklist: 'A61, V3.7.2',
    attempt: `${outside.length} addresses to return to after signing in, by script and by form`,
    run: async (world) => {
      const { email, password, client } = await world.account();
      let byScript = false;
      return ledAway(world, async (wanted) => {
        byScript = !byScript;
        const fields = { email, password, return_to: wanted };
        const answer = await (byScript ? client.post('sign_in', fields) : client.form('sign_in', fields));
        return must(answer, 'sign_in').headers.location;
      });
    },
  },
  {
    id: 'redirects/signed-in',
    checklist: 'A61, V3.7.2',
    attempt: `the log-in page with ${outside.length} addresses, opened by a signed-in person`,
    run: async (world) => {
      const { client } = await world.account();
      return ledAway(world, async (wanted) => (await client.page(`/users/log-in?${query(wanted)}`)).headers.location);
    },
  },
  {
    id: 'redirects/sudo',
    checklist: 'A61, V3.7.2',
    attempt: `${outside.length} addresses to return to after confirming sudo mode`,
    run: async (world) => {
      const { client, password } = await world.account();
      return ledAway(world, async (wanted) => (await client.form('confirm_sudo', { password, return_to: wanted })).headers.location);
    },
  },
  {
    id: 'redirects/provider',
    checklist: 'A61',
    attempt: 'addresses to return to after signing in with a provider',
    run: async (world) => {
      const { issuer } = world.target;
      if (!issuer) return notApplicable('the server does not know our provider');
      const login = { sub: 'returning', email: 'returning@example.com', email_verified: true };
      return ledAway(world, async (wanted) => {
        const client = world.client();
        must(await client.post('continue_with_provider', { provider: issuer.id, ask: 'sign_in', return_to: wanted }), 'continue_with_provider');
        const page = await client.page(`/users/auth/${issuer.id}`);
        const address = page.text.match(/href="([^"]*\bcode_challenge=[^"]*)"/)[1].replaceAll('&amp;', '&');
        return (await client.page(issuer.grant(new URL(address), login).callback)).headers.location;
      }, outside.filter((_, n) => n % 4 === 0));
    },
  },
  {
    id: 'redirects/links-of-pages',
    checklist: 'A61, A55',
    attempt: `pages with ${outside.length} addresses and foreign words in their query: links, hidden fields and text`,
    run: async (world) => {
      const { client } = await world.account();
      const stranger = world.client();
      const bad = (await inTurn(outside, async (wanted) => {
        const more = `${query(wanted)}&__err=PWNED&__path=/api/x&error=PWNED&message=PWNED`;
        const pages = [await stranger.page(`/users/log-in?${more}`), await client.page(`/users/sudo?${more}`), await stranger.page(`/users/register?${more}`)];
        return pages.some(({ text }) => /(?:href|action|value)="[^"]*evil\.example/.test(text) || text.includes('PWNED')) ? [wanted] : [];
      })).flat();
      return judged(bad.length > 0, bad.length > 0 ? `shown: ${bad.map((text) => JSON.stringify(text)).join(' ').slice(0, 150)}` : 'none is in a page');
    },
  },
  {
    id: 'redirects/referer',
    checklist: 'A54',
    attempt: 'forms with a Referer of another site',
    run: async (world) => {
      const { client } = await world.account();
      const headers = { referer: 'https://evil.example/x' };
      const answers = [
        await client.form('update_profile', { name: 'Ada' }, headers), await client.form('update_profile', { name: '\u0001' }, headers),
        await client.form('sign_in', { email: 'x', password: 'x' }, headers), await client.form('confirm_sudo', { password: 'x' }, headers),
        await client.form('update_profile', 'name=%FF&name', headers), await client.form('nothing', {}, headers),
      ];
      const away = answers.filter(({ headers: { location } }) => leaves(world.target, location) || location?.includes('__err'));
      return judged(away.length > 0, `${answers.map(({ status }) => status).join(', ')}; ${away.length} lead away`);
    },
  },
];
