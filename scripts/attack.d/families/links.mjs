// Mailed links: used twice, altered, for another purpose or person, too long, and opened by machines.
import { links, newAddress, newPassword } from '../client.mjs';
import { fail, inTurn, judged, must, tally } from '../world.mjs';

/** The action of each kind of link. */
const presses = {
  confirm: (token) => ['verify_email', { token }],
  reset: (token) => ['reset_password', { token, new_password: newPassword() }],
  change: (token) => ['confirm_email_change', { token }],
  cancel: (token) => ['cancel_email_change_by_link', { token }],
  undo: (token) => ['undo_email_change', { token }],
};

/** An account with an open change of address and a reset link, and the token of each kind. */
async function withTokens(world) {
  const account = await world.confirmed();
  const next = newAddress('next');
  must(await account.client.post('request_email_change', { new_email: next }), 'request_email_change');
  must(await world.client().post('request_password_reset', { email: account.email }), 'request_password_reset');
  const token = async (email, kind) => (await world.target.token(email, links[kind])) ?? fail(`no link: ${kind}`);
  const tokens = { reset: await token(account.email, 'reset'), change: await token(next, 'change'), cancel: await token(account.email, 'cancel') };
  return { ...account, next, tokens };
}

const refusedAll = (answers, what) => judged(answers.some(({ status }) => status < 400), `${what}: ${tally(answers)}`);

export const cases = [
  {
    id: 'links/used-twice',
    checklist: 'A11',
    attempt: 'each kind of link a second time',
    run: async (world) => {
      const waiting = await world.waiting();
      const confirm = await world.target.token(waiting.email, links.confirm);
      must(await waiting.client.post('verify_email', { token: confirm }), 'verify_email');
      const { client, email, tokens } = await withTokens(world);
      must(await client.post(...presses.change(tokens.change)), 'confirm_email_change');
      const undo = await world.target.token(email, links.undo);
      must(await world.client().post(...presses.undo(undo)), 'undo_email_change');
      const again = [['confirm', confirm, waiting.client], ['change', tokens.change, client], ['undo', undo, world.client()], ['cancel',
        tokens.cancel, world.client()]];
      const answers = await inTurn(again, ([kind, token, browser]) => browser.post(...presses[kind](token)));
      return refusedAll(answers, 'again');
    },
  },
  {
    id: 'links/parallel',
    checklist: 'A12',
    attempt: 'one reset link 20 times at the same moment',
    run: async (world) => {
      const { tokens } = await withTokens(world);
      const answers = await Promise.all(Array.from({ length: 20 }, () => world.client().post(...presses.reset(tokens.reset))));
      return judged(answers.filter(({ status }) => status < 400).length > 1, tally(answers));
    },
  },
  {
    id: 'links/altered',
    checklist: 'A11, V11.2.1',
    attempt: 'a reset link with one part changed: version, purpose, row, MAC, case, padding, length',
    run: async (world) => {
      const { tokens } = await withTokens(world);
      const [version, purpose, row, mac] = tokens.reset.split('.');
      const flip = (text) => (text[0] === 'a' ? 'b' : 'a') + text.slice(1);
      const altered = [
        ['v2', purpose, row, mac], [version, 'Reset', row, mac], [version, purpose, flip(row), mac], [version, purpose, row, flip(mac)],
        [version, purpose, row, mac.slice(0, -1)], [version, purpose, row, `${mac}=`], [version, purpose, row, ''], [version, purpose, row],
        [version, purpose, row.toUpperCase(), mac], [version, purpose, row, mac, 'x'], [` ${version}`, purpose, row, mac], [version, purpose, row, `${mac}\0`],
        [version, purpose, `${row}00`, mac],
      ].map((parts) => parts.join('.'));
      const answers = await inTurn(altered.filter((token) => token !== tokens.reset), (token) => world.client().post(...presses.reset(token)));
      return judged(answers.some(({ status }) => status < 400 || status >= 500), tally(answers));
    },
  },
  {
    id: 'links/other-purpose',
    checklist: 'A11, V6.6.2',
    attempt: 'the token of each kind of link for every other kind, and with the other word inside',
    run: async (world) => {
      const { client, tokens } = await withTokens(world);
      const words = { confirm: 'verify', reset: 'reset', change: 'confirm', cancel: 'cancel', undo: 'undo' };
      const pairs = Object.entries(tokens).flatMap(([own, token]) => Object.keys(presses).filter((kind) => kind !== own).flatMap((kind) =>
        [[kind, token], [kind, token.replace(/^v1\.\w+/, `v1.${words[kind]}`)]]));
      const answers = await inTurn(pairs, ([kind, token]) => world.moved(client).post(...presses[kind](token)));
      return refusedAll(answers, `${pairs.length} pairs`);
    },
  },
  {
    id: 'links/too-long',
    checklist: 'V4.2.5, A56',
    attempt: 'tokens of 300 to 60,000 characters, empty and strange ones, as page and as form',
    run: async (world) => {
      const strange = ['x'.repeat(300), 'x'.repeat(5_000), 'x'.repeat(60_000), `v1.reset.${'0'.repeat(5_000)}.${'A'.repeat(43)}`, '', '.', '...',
        'v1.reset..', '%', "'", '%00', '%FF'];
      const client = world.client();
      const pages = await inTurn(strange.filter((token) => token.length < 10_000), (token) => client.page(links.reset + token));
      const forms = await inTurn(strange, (token) => world.client().post(...presses.reset(token)));
      const bad = [...pages, ...forms].filter(({ status }) => status >= 500);
      return judged(bad.length > 0 || forms.some(({ status }) => status < 400), `pages ${tally(pages)}; forms ${tally(forms)}`);
    },
  },
  {
    id: 'links/opened-by-machines',
    checklist: 'A15, A16',
    attempt: 'scanners open each link by GET, HEAD and prefetch, ten times',
    run: async (world) => {
      const { client, email, next, tokens } = await withTokens(world);
      const scanner = world.client();
      for (const [kind, token] of Object.entries(tokens)) {
        for (let round = 0; round < 10; round += 1) {
          await scanner.ask(links[kind] + token, { method: round % 2 ? 'HEAD' : 'GET', headers: { 'sec-purpose': round % 3 ? undefined : 'prefetch' } });
          await client.page(links[kind] + token, { purpose: 'prefetch' });
        }
      }
      const whose = await client.whose();
      const { status } = await client.post(...presses.change(tokens.change));
      return judged(whose !== email || status >= 400, `the address ${whose === next ? 'has changed' : 'is as before'}; then the owner's press: ${status}`);
    },
  },
  {
    id: 'links/other-person',
    checklist: 'A17, V2.3.1',
    attempt: 'the link of a change in a browser that is signed in to another account, and in none',
    run: async (world) => {
      const { client, email, tokens } = await withTokens(world);
      const other = await world.account();
      const answers = [await other.client.post(...presses.change(tokens.change)), await world.client().post(...presses.change(tokens.change))];
      const whose = await client.whose();
      return judged(whose !== email || answers.some(({ status }) => status < 400), tally(answers));
    },
  },
  {
    id: 'links/confirm-elsewhere',
    checklist: 'A01, A17',
    attempt: "the owner of the address opens the link of an account that a stranger made for her: does the stranger's password then work?",
    run: async (world) => {
      const stranger = await world.waiting(newAddress('victim'));
      const token = await world.target.token(stranger.email, links.confirm);
      const victim = world.client();
      const { status } = await victim.press(links.confirm + token);
      const verified = (await stranger.client.isIn()) || (await victim.isIn());
      return judged(verified, `${status}; the stranger's account is ${verified ? 'confirmed' : 'not confirmed'}`);
    },
  },
  {
    id: 'links/after-credential-change',
    checklist: 'A38, A04, A13',
    attempt: 'a reset link and a change of address from before a password change, and the older of two changes',
    run: async (world) => {
      const { client, password, email, tokens } = await withTokens(world);
      must(await client.post('request_email_change', { new_email: newAddress('newer') }), 'request_email_change');
      const older = await client.post(...presses.change(tokens.change));
      must(await client.post('change_password', { current_password: password, new_password: newPassword() }), 'change_password');
      const reset = await world.client().post(...presses.reset(tokens.reset));
      const whose = await client.whose();
      return judged(whose !== email || older.status < 400 || reset.status < 400, `older change ${older.status}, reset ${reset.status}`);
    },
  },
  {
    id: 'links/reset-signs-in',
    checklist: 'V6.4.3',
    attempt: 'a reset link as a way in without signing in',
    run: async (world) => {
      const { tokens } = await withTokens(world);
      const reader = world.client();
      must(await reader.post(...presses.reset(tokens.reset)), 'reset_password');
      const isIn = await reader.isIn();
      return judged(isIn, isIn ? 'signed in by the link' : 'not signed in');
    },
  },
];
