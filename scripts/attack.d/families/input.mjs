// What people type: characters that hide, reorder, end or resemble others; fields twice; markup.
import { links, newAddress, newPassword, tag } from '../client.mjs';
import { fail, inTurn, judged, must, tally } from '../world.mjs';

const hidden = { NUL: '\0', escape: '\u001b', CRLF: '\r\n', C1: '\u0085', bidi: '\u202e', isolate: '\u2066', 'zero width': '\u200b', BOM: '\ufeff' };
const invisible = { 'Hangul filler': '\u3164', 'soft hyphen': '\u00ad', 'tag character': '\u{e0041}', 'zero width joiner': '\u200d',
  'braille blank': '\u2800', 'word joiner': '\u2060' };

/** Sends each word; says which were accepted, or ended in an error of the server. */
async function accepted(words, send) {
  const answers = await inTurn(Object.entries(words), async ([name, word]) => ({ name, ...(await send(word)) }));
  const odd = answers.filter(({ status }) => status < 400 || status >= 500).map(({ name, status }) => `${name} ${status}`);
  return judged(odd.length > 0, odd.length > 0 ? odd.join(', ') : tally(answers));
}

const wrap = (words, around) => Object.fromEntries(Object.entries(words).map(([name, word]) => [name, around(word)]));

export const cases = [
  {
    id: 'input/characters-in-address',
    checklist: 'A65, A24',
    attempt: 'NUL, control, bidi and hidden characters in an address: signing up, reset, change',
    run: async (world) => {
      const words = { ...wrap(hidden, (word) => `a${word}b@example.com`), 'in the domain': 'a@exa\u202emple.com',
        'CRLF header': 'a@example.com\r\nBcc: b@example.com' };
      return accepted(words, (email) => world.client().post('sign_up', { email, password: newPassword() }));
    },
  },
  {
    id: 'input/characters-in-names',
    checklist: 'A65, A25',
    attempt: 'the same characters in the display name and in the name of a token',
    run: async (world) => {
      const { client } = await world.confirmed();
      const words = wrap(hidden, (word) => `Ada${word}Lovelace`);
      const [name, token] = [await accepted(words, (text) => client.post('update_profile', { name: text })),
        await accepted(words, (text) => client.post('create_api_token', { name: text, scope: 'read', expires: '7' }))];
      return judged([name, token].some(({ verdict }) => verdict !== 'refused'), `display name: ${name.answer}; token: ${token.answer}`);
    },
  },
  {
    id: 'input/invisible-names',
    checklist: 'A25',
    attempt: 'display names of invisible characters only',
    run: async (world) => {
      const { client } = await world.account();
      return accepted(invisible, (name) => client.post('update_profile', { name }));
    },
  },
  {
    id: 'input/look-alike-address',
    checklist: 'A21',
    attempt: "addresses that resemble the victim's (Kelvin sign, dotless i, sharp s, full width): whose mailbox gets the reset link?",
    run: async (world) => {
      const local = `kiss${tag(4)}`;
      await world.account(`${local}@example.com`);
      const alike = [`\u212a${local.slice(1)}@example.com`, `k\u0131${local.slice(2)}@example.com`, `ki\u00df${local.slice(4)}@example.com`,
        `${local}@\uff45xample.com`,
        `${local}@ex\u00e1mple.com`, `${local}@exampl\u0435.com`, `${local}@example\u3002com`];
      const answers = await inTurn(alike, (email) => world.client().post('request_password_reset', { email }));
      await world.target.lettersCounted(local);
      const letters = (await world.target.letters()).filter(({ links: all }) => all.some((link) => link.includes(links.reset)));
      const astray = letters.filter(({ to }) => alike.some((email) => to.includes(email)));
      return judged(astray.length > 0, `${tally(answers)}; ${astray.length} letters to other mailboxes`);
    },
  },
  {
    id: 'input/look-alike-domain',
    checklist: 'A22',
    attempt: 'a change to a domain with Cyrillic letters: do the page and the letter to the owner show what it is?',
    run: async (world) => {
      const { client, email } = await world.confirmed();
      must(await client.post('request_email_change', { new_email: `me${tag(3)}@ex\u0430mple.com` }), 'request_email_change');
      const { text } = await client.page('/users/settings/email');
      await world.target.token(email, links.cancel);
      const letters = await world.target.lettersTo(email);
      const shown = [text.includes('xn--'), letters.some((letter) => letter.text.includes('xn--'))];
      return judged(shown.includes(false), `xn-- in the page: ${shown[0] ? 'yes' : 'no'}, in the letter: ${shown[1] ? 'yes' : 'no'}`);
    },
  },
  {
    id: 'input/field-twice',
    checklist: 'A20',
    attempt: "the address twice, as an array, and two addresses in one field: does the victim's link go to the attacker?",
    run: async (world) => {
      const [{ email }, attacker] = [await world.account(), newAddress('attacker')];
      const [one, two] = [encodeURIComponent(email), encodeURIComponent(attacker)];
      const bodies = [`email=${one}&email=${two}`, `email[]=${one}&email[]=${two}`, `email[0]=${one}&email[1]=${two}`, `email=${one},${two}`, `email=${one};${two}`,
        `email=${one}%0a${two}`, `email=${one}%20${two}`, `email=${one}%00${two}`, `email=${one}&cc=${two}`, `email=%3C${one}%3E,${two}`];
      const answers = await inTurn(bodies, (body) => world.client().post('request_password_reset', body));
      await world.target.lettersCounted(email);
      const letters = await world.target.lettersTo(attacker);
      return judged(letters.length > 0 || answers.some(({ status }) => status >= 500), `${tally(answers)}; ${letters.length} letters to the attacker`);
    },
  },
  {
    id: 'input/password-twice',
    checklist: 'A20, V2.2.1',
    attempt: 'other fields twice, as arrays, missing, and with bytes that are no UTF-8: signing in and changing the password',
    run: async (world) => {
      const { email, client, password } = await world.account();
      const [own, word] = [encodeURIComponent(email), encodeURIComponent(password)];
      const bodies = [`email=${own}&password=x&password=${word}`, `email=x&email=${own}&password=${word}`, `email[]=${own}&password[]=${word}`,
        `email=${own}`, '', '&&&', '=',
        `email=${own}&password=%FF%FE`, `email=%FF@example.com&password=x`, `email=${own}&password=%`, `email=${own}&password=%ZZ`,
          `email=${own}&password=%ED%A0%80`];
      const answers = await inTurn(bodies, (body) => world.client().post('sign_in', body));
      const other = newPassword();
      const change = await client.post('change_password', `current_password=x&current_password=${word}&new_password=${encodeURIComponent(other)}`);
      const all = [...answers, change];
      return judged(all.some(({ status }) => status < 400 || status >= 500), tally(all));
    },
  },
  {
    id: 'input/markup',
    checklist: 'A25, V1.2.1',
    attempt: 'markup and addresses in the display name and the name of a token: as elements in pages and letters',
    run: async (world) => {
      const { client, email } = await world.confirmed();
      const names = ['<img src=x onerror=a()>', '"><script>a()</script>', "'-a()-'", '</title><b>', '{{7*7}}', 'https://evil.example'];
      const answers = await inTurn(names, async (name) => [await client.post('update_profile', { name }),
        await client.post('create_api_token', { name, scope: 'read', expires: '7' })]);
      await world.target.lettersCounted(email);
      const pages = await inTurn(['/dashboard', '/users/settings', '/users/settings/profile', '/users/settings/api-tokens',
        '/users/settings/security-log'], (path) => client.page(path));
      const letters = await world.target.lettersTo(email);
      const raw = /<img src=x|<script>a\(|<\/title><b>|href="?https:\/\/evil/;
      const live = [...pages.map(({ text }) => text), ...letters.map(({ html }) => html)].filter((text) => raw.test(text)).length;
      return judged(live > 0, `${tally(answers.flat())}; live in ${live} pages and letters`);
    },
  },
  {
    id: 'input/strange-addresses',
    checklist: 'A21, A23',
    attempt: 'addresses of no mailbox on the internet: an IP address, one label, quotes, comments, routes, too long',
    run: (world) => {
      const strange = ['a@127.0.0.1', 'a@[127.0.0.1]', 'a@localhost', '"a b"@example.com', 'a(b)@example.com', 'a@b@example.com',
        '@b.example:a@example.com', 'a%b@example.com@evil.example',
        `${'a'.repeat(65)}@example.com`, `a@${'b'.repeat(64)}.com`, 'a@example..com', '.a@example.com', 'a@-example.com', 'a@example.com.',
          'a@2130706433', 'a@0x7f.1'];
      return accepted(Object.fromEntries(strange.map((email) => [email.slice(0, 30), email])), (email) => world.client().post('sign_up', { email,
        password: newPassword() }));
    },
  },
  {
    id: 'input/password-bytes',
    checklist: 'V6.2.8, A65',
    attempt: 'the password without its last space, in other case, cut, in a similar form of Unicode, with NUL',
    run: async (world) => {
      const password = ` P\u00e4ssw\u00f8rt \ufb01ne ${tag()} `;
      const { email } = await world.account(undefined, password);
      const near = [password.trim(), password.slice(0, -1), password.toLowerCase(), password.replace('\ufb01', 'fi'), `${password}\0`, `${password}x`,
        password.replace('\u00e4', 'a')];
      const answers = await inTurn(near, (word) => world.client().signIn(email, word));
      const right = await world.client().signIn(email, password);
      if (right.status >= 400) fail(`the password itself: ${right.status}`);
      return judged(answers.some(({ status }) => status < 400 || status >= 500), `${tally(answers)}; itself ${right.status}`);
    },
  },
];
