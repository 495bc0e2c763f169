// Finding out whether an address has an account, and in which state it is, by what the answers say.
import { newAddress, newPassword } from '../client.mjs';
import { inTurn, judged, must, notApplicable } from '../world.mjs';

/** An address of each kind. */
async function kinds(world) {
  const [known, waiting, closed] = [await world.account(), await world.waiting(), await world.confirmed()];
  must(await closed.client.post('schedule_deletion', { confirmation: closed.email }), 'schedule_deletion');
  const federated = world.target.issuer ? { 'provider only': (await world.providerOnly()).email } : {};
  return { unknown: newAddress('nobody'), known: known.email, waiting: waiting.email, closed: closed.email, ...federated };
}

/** Everything of an answer that does not differ from one request to the next. */
function seen({ status, headers, text, cookies }, email) {
  const kept = Object.entries(headers).filter(([name]) => !['date', 'set-cookie', 'content-security-policy', 'content-length'].includes(name));
  const names = cookies.map((line) => line.replace(/=[^;]*/, ''));
  const body = text.replaceAll(email, 'ADDRESS').replaceAll(encodeURIComponent(email), 'ADDRESS').replace(/[0-9a-f]{32}/g, 'NONCE');
  return JSON.stringify([status, kept.sort(), names.sort(), body]);
}

/** Sends the same for an address of each kind; says which kinds are told apart. */
async function toldApart(world, send) {
  const answers = await inTurn(Object.entries(await kinds(world)), async ([kind, email]) => [kind, await send(email)]);
  const odd = answers.filter(([, answer]) => answer.join() !== answers[0][1].join()).map(([kind]) => kind);
  return judged(odd.length > 0,
    odd.length > 0 ? `differs from unknown: ${odd.join(', ')}` : `alike: ${answers.map(([kind]) => kind).join(', ')} (${answers[0][1][0].slice(1, 4)})`);
}

/** Both ways of sending a form, and the page that follows the plain one. */
function bothWays(world, action, fields) {
  return async (email) => {
    const [script, plain] = [world.client(), world.client()];
    const first = seen(await script.post(action, fields(email)), email);
    const second = await plain.form(action, fields(email));
    const page = second.headers.location ? await plain.page(second.headers.location) : second;
    return [first, seen(second, email), seen(page, email)];
  };
}

export const cases = [
  {
    id: 'enumeration/sign-in',
    checklist: 'V6.3.8, A43',
    attempt: 'a wrong password for addresses that are unknown, known, waiting, closed, and without a password',
    run: (world) => toldApart(world, bothWays(world, 'sign_in', (email) => ({ email, password: 'wrong wrong wrong', return_to: '' }))),
  },
  {
    id: 'enumeration/reset',
    checklist: 'V6.3.8',
    attempt: 'a reset link for each kind of address',
    run: (world) => toldApart(world, bothWays(world, 'request_password_reset', (email) => ({ email }))),
  },
  {
    id: 'enumeration/sign-up',
    checklist: 'V6.3.8, A06',
    attempt: 'a new account with each kind of address, and with a password that is too weak',
    run: (world) => toldApart(world, async (email) => [
      ...(await bothWays(world, 'sign_up', () => ({ email, password: 'password' }))(email)),
      ...(await bothWays(world, 'sign_up', () => ({ email, password: newPassword() }))(email)),
    ]),
  },
  {
    id: 'enumeration/after-sign-up',
    checklist: 'V6.3.8, A06',
    attempt: 'what the session of a new account shows: with a free and with a taken address',
    run: (world) => toldApart(world, async (email) => {
      const { client } = await world.signedUp(email);
      const pages = await inTurn(['/users/settings', '/users/settings/email', '/users/log-in', '/dashboard'], (path) => client.page(path));
      return pages.map((page) => seen({ ...page, text: '' }, email));
    }),
  },
  {
    id: 'enumeration/sign-up-then-sign-in',
    checklist: 'V6.3.8',
    attempt: 'a new account with a free and with a taken address, then signing in with the chosen password',
    run: async (world) => {
      const taken = await world.account();
      const [free, other] = [await world.signedUp(), await world.signedUp(taken.email)];
      const answers = await inTurn([free, other], ({ client, email, password }) => client.signIn(email, password));
      const answer = answers.map(({ status }) => status).join(' and ');
      if (answers[0].status === answers[1].status) return judged(false, answer);
      // The documents decide so, on the condition that the owner is told.
      const isTold = (await world.target.lettersCounted(taken.email)) > 1;
      return isTold ? notApplicable(`told apart (${answer}), as docs/features/registration.md decides; the owner gets a letter`) : judged(true, answer);
    },
  },
  {
    id: 'enumeration/email-change',
    checklist: 'V6.3.8',
    attempt: 'a change to each kind of address, by script and by form, and the page that follows',
    run: (world) => toldApart(world, async (email) => {
      const { client } = await world.confirmed();
      const first = seen(await client.post('request_email_change', { new_email: email }), email);
      const page = await client.page('/users/settings/email');
      return [first, `${page.status} ${page.text.includes(email)}`];
    }),
  },
  {
    id: 'enumeration/correction',
    checklist: 'V6.3.8',
    attempt: 'an unconfirmed account corrects its address to each kind',
    run: (world) => toldApart(world, async (email) => {
      const { client } = await world.waiting();
      const answer = seen(await client.post('request_email_change', { new_email: email }), email);
      const page = await client.page('/users/settings');
      return [answer, `${page.status} ${page.text.includes(email)}`];
    }),
  },
  {
    id: 'enumeration/limited',
    checklist: 'V6.3.8, A26',
    attempt: '6 reset links in turn for each kind of address: does a limit tell them apart?',
    run: (world) => toldApart(world, (email) =>
      inTurn(Array.from({ length: 6 }), async () => seen(await world.client().post('request_password_reset', { email }), email))),
  },
];
