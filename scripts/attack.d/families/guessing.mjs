// Guessing secrets: passwords at every place that takes one, codes, links and API tokens.
import { links, newAddress, newPassword, tag } from '../client.mjs';
import { fail, inTurn, judged, must, notApplicable, tally, times } from '../world.mjs';

/** More than a person mistypes within five minutes; the limit is ten. */
const many = 14;
const isLimited = ({ status, headers }) => status === 429 && Number(headers['retry-after']) > 0;
const guess = () => `wrong guess ${tag()}`;

/** Guesses, then shows the secret itself: guessing has worked if that is still accepted. */
async function guessed(count, wrong, right) {
  const answers = await inTurn(times(count), wrong);
  const last = await right();
  return judged(last.status < 400, `${tally(answers)}; then the right one: ${last.status}`);
}

/** Guesses each time something else: guessing has worked if no answer says to wait. */
async function unlimited(count, wrong) {
  const answers = await inTurn(times(count), wrong);
  return judged(!answers.some(isLimited), tally(answers));
}

export const cases = [
  {
    id: 'guessing/sign-in',
    checklist: 'V6.3.1',
    attempt: `${many} wrong passwords for an account from one client, then the right one`,
    run: async (world) => {
      const { email, password } = await world.account();
      const client = world.client();
      return guessed(many, () => client.signIn(email, guess()), () => client.signIn(email, password));
    },
  },
  {
    id: 'guessing/many-clients',
    checklist: 'V6.3.1',
    attempt: `${many} wrong passwords for an account, each from another client, then the right one`,
    run: async (world) => {
      const { email, password } = await world.account();
      return guessed(many, () => world.client().signIn(email, guess()), () => world.client().signIn(email, password));
    },
  },
  {
    id: 'guessing/many-accounts',
    checklist: 'V6.3.1',
    attempt: `one password for ${many} accounts from one client`,
    run: (world) => {
      const [ip, password] = [world.ip(), newPassword()];
      return unlimited(many, () => world.client(ip).signIn(newAddress('spray'), password));
    },
  },
  {
    id: 'guessing/forwarded-for',
    checklist: 'V4.1.3, V6.3.1',
    attempt: 'the same, with an invented address before the own one in X-Forwarded-For',
    run: (world) => {
      const ip = world.ip();
      return unlimited(many, (n) => world.client(`198.51.100.${n}, ${ip}`).signIn(newAddress('spray'), guess()));
    },
  },
  {
    id: 'guessing/ipv6',
    checklist: 'V6.3.1',
    attempt: 'the same, from another address of one IPv6 network (/64) each time',
    run: (world) => {
      const network = `2001:db8:${tag(2)}:${tag(2)}`;
      return unlimited(many, (n) => world.client(`${network}::${n + 1}`).signIn(newAddress('spray'), guess()));
    },
  },
  {
    id: 'guessing/parallel',
    checklist: 'V6.3.1, V2.4.1',
    attempt: '50 wrong passwords for an account at the same moment, from 50 clients',
    run: async (world) => {
      const { email } = await world.account();
      const answers = await Promise.all(times(50).map(() => world.client().signIn(email, guess())));
      return judged(answers.filter(({ status }) => status === 401).length > 12, tally(answers));
    },
  },
  {
    id: 'guessing/unknown-address',
    checklist: 'V6.3.8',
    attempt: `${many} wrong passwords for an account and for no account: where do the answers differ?`,
    run: async (world) => {
      const series = (email) => inTurn(times(many), async () => {
        const { status, text } = await world.client().signIn(email, guess());
        return `${status} ${text.replace(/\d+/g, 'N')}`;
      });
      const [known, unknown] = [await series((await world.account()).email), await series(newAddress('nobody'))];
      const at = known.findIndex((answer, n) => answer !== unknown[n]);
      return judged(at >= 0, at < 0 ? `all alike, the last ${known.at(-1)}` : `guess ${at + 1}: ${known[at]}, ${unknown[at]}`);
    },
  },
  {
    id: 'guessing/sudo',
    checklist: 'A34',
    attempt: `${many} wrong passwords for sudo mode in a stolen session, then the right one`,
    run: async (world) => {
      const account = await world.account();
      const thief = await world.thief(account);
      const confirm = (password) => thief.post('confirm_sudo', { password });
      return guessed(many, () => confirm(guess()), () => confirm(account.password));
    },
  },
  {
    id: 'guessing/current-password',
    checklist: 'A34, V6.2.3',
    attempt: `${many} wrong current passwords in a stolen session, then the right one`,
    run: async (world) => {
      const account = await world.account();
      const thief = await world.thief(account);
      const change = (current) => thief.post('change_password', { current_password: current, new_password: newPassword() });
      return guessed(many, () => change(guess()), () => change(account.password));
    },
  },
  {
    id: 'guessing/one-counter',
    checklist: 'A34, V6.3.1',
    attempt: '5 wrong passwords each for signing in, sudo mode and changing the password, then the right one',
    run: async (world) => {
      const account = await world.account();
      const thief = await world.thief(account);
      const ways = [
        () => thief.signIn(account.email, guess()),
        () => thief.post('confirm_sudo', { password: guess() }),
        () => thief.post('change_password', { current_password: guess(), new_password: newPassword() }),
      ];
      return guessed(15, (n) => ways[n % 3](), () => thief.post('confirm_sudo', { password: account.password }));
    },
  },
  {
    id: 'guessing/lock-out',
    checklist: 'V6.1.1',
    attempt: `strangers guess ${many} times from as many clients, to shut the owner out of her own browser`,
    run: async (world) => {
      const { email, password, client } = await world.account();
      await client.post('sign_out');
      await inTurn(times(many), () => world.client().signIn(email, guess()));
      const { status } = await client.signIn(email, password);
      return judged(status >= 400, `the owner's sign-in from her browser: ${status}`);
    },
  },
  {
    id: 'guessing/confirm-password',
    checklist: 'A01, V6.3.1',
    attempt: `the link of a waiting account in another browser: ${many} wrong passwords, then the right one`,
    run: async (world) => {
      const { email, password } = await world.waiting();
      const token = await world.target.token(email, links.confirm);
      const confirm = (word) => world.client().post('verify_email', { token, password: word });
      return guessed(many, () => confirm(guess()), () => confirm(password));
    },
  },
  {
    id: 'guessing/sudo-code',
    checklist: 'V6.6.3',
    attempt: '6 wrong codes for sudo mode, then the mailed one',
    run: async (world) => {
      if (!world.target.issuer) return notApplicable('the server does not know our provider');
      const { email, client } = await world.withCodes();
      must(await client.post('request_sudo_code'), 'request_sudo_code');
      const code = await mailedCode(world.target, email);
      const confirm = (word) => client.post('confirm_sudo_by_code', { code: word });
      return guessed(6, () => confirm('AAAA-AAAA'), () => confirm(code));
    },
  },
  {
    id: 'guessing/links',
    checklist: 'V6.3.1',
    attempt: '26 invented tokens of reset links from one client',
    run: (world) => {
      const client = world.client();
      return unlimited(26, () => client.page(`${links.reset}v1.reset.${tag(16)}.${tag(21)}`, {}).then(() =>
        client.post('reset_password', { token: `v1.reset.${tag(16)}.${tag(21)}`, new_password: newPassword() })));
    },
  },
  {
    id: 'guessing/api-tokens',
    checklist: 'V6.3.1',
    attempt: '75 invented API tokens with right checksums from one client',
    run: (world) => {
      const ip = world.ip();
      const headers = () => ({ authorization: `Bearer ${inventedToken()}`, 'x-forwarded-for': ip });
      return unlimited(75, () => world.target.send({ path: '/api/v1/me', headers: headers() }));
    },
  },
  {
    id: 'guessing/breached-password',
    checklist: 'V6.2.4, V6.2.12',
    attempt: 'a new account with a password from the lists of breaches',
    run: async (world) => {
      const words = ['Sojdlg123aljg', 'ghbdtnrfrltkf', 'gfhjkmgfhjkm', '1qaz2wsx3edc4rfv', 'q1w2e3r4t5y6', 'liverpool1234'];
      const answers = await inTurn(words, (password) => world.client().post('sign_up', { email: newAddress(), password }));
      const taken = words.filter((_, n) => answers[n].status < 400);
      return judged(taken.length > 0, taken.length > 0 ? `accepted: ${taken.join(', ')}` : tally(answers));
    },
  },
];

/** A token that looks right: the last eight digits are the CRC-32 of what stands before them. */
function inventedToken() {
  const text = `sgn_${tag(32)}`;
  let crc = ~0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return text + (~crc >>> 0).toString(16).padStart(8, '0');
}

async function mailedCode(target, email) {
  for (const end = Date.now() + 8_000; Date.now() < end; ) {
    const texts = (await target.lettersTo(email)).map(({ text }) => text.match(/\b[A-Z0-9]{4}[- ]?[A-Z0-9]{4}\b/)?.[0]);
    const code = texts.find(Boolean);
    if (code) return code;
    await new Promise((later) => setTimeout(later, 100));
  }
  return fail('no code came');
}
