// Bombing mailboxes: letters that a stranger causes, to one address or to many.
import { newAddress, newPassword } from '../client.mjs';
import { sleep } from '../target.mjs';
import { fail, inTurn, judged, notApplicable, sudo, tally, times } from '../world.mjs';

const many = 8;
/** What strangers may cause to one address in an hour. */
const mostLetters = 3;

/** Acts again and again, then counts the letters that came to the victim meanwhile. */
async function bombed(world, victim, act, most = mostLetters) {
  const before = await world.target.lettersCounted(victim, 800);
  const answers = await inTurn(times(many), async (number) => {
    const answer = await act(number);
    // A letter that is not sent yet may be withdrawn by the next attempt.
    await sleep(500);
    return answer;
  });
  const letters = (await world.target.lettersCounted(victim)) - before;
  if (before + letters === 0) fail(`${tally(answers)}, and no letter at all`);
  return judged(letters > most, `${tally(answers)}; ${letters} letters`);
}

/** Acts from one client: it has to be told to wait at last. */
async function unlimited(count, act) {
  const answers = await inTurn(times(count), act);
  return judged(!answers.some(({ status }) => status === 429), tally(answers));
}

export const cases = [
  {
    id: 'bombing/sign-up',
    checklist: 'A26',
    attempt: `${many} accounts with the victim's address, each from another client`,
    run: (world) => {
      const email = newAddress('victim');
      return bombed(world, email, () => world.client().post('sign_up', { email, password: newPassword() }));
    },
  },
  {
    id: 'bombing/sign-up-taken',
    checklist: 'A26',
    attempt: `${many} accounts with the address of the victim's account, each from another client`,
    run: async (world) => {
      const { email } = await world.account(newAddress('victim'));
      return bombed(world, email, () => world.client().post('sign_up', { email, password: newPassword() }));
    },
  },
  {
    id: 'bombing/correction',
    checklist: 'A26',
    attempt: `an unconfirmed account corrects its address to the victim's and back, ${many} times`,
    run: async (world) => {
      const [{ email, client }, victim] = [await world.waiting(), newAddress('victim')];
      const correct = (new_email) => client.post('request_email_change', { new_email });
      return bombed(world, victim, async () => {
        const answer = await correct(victim);
        await sleep(500);
        await correct(email);
        return answer;
      });
    },
  },
  {
    id: 'bombing/resend',
    checklist: 'A26',
    attempt: `an unconfirmed account with the victim's address has the link sent again ${many} times`,
    run: async (world) => {
      const { email, client } = await world.waiting(newAddress('victim'));
      return bombed(world, email, () => client.post('resend_confirmation'));
    },
  },
  {
    id: 'bombing/reset',
    checklist: 'A26',
    attempt: `${many} reset links for the victim's account, each from another client`,
    run: async (world) => {
      const { email } = await world.account(newAddress('victim'));
      return bombed(world, email, () => world.client().post('request_password_reset', { email }));
    },
  },
  {
    id: 'bombing/email-change',
    checklist: 'A26',
    attempt: `a confirmed account asks ${many} times to change its address to the victim's`,
    run: async (world) => {
      const [{ client, password }, victim] = [await world.account(), newAddress('victim')];
      await sudo(client, password);
      return bombed(world, victim, () => client.post('request_email_change', { new_email: victim }));
    },
  },
  {
    id: 'bombing/together',
    checklist: 'A26',
    attempt: 'sign-ups, corrections and email changes in turn, to one address',
    run: async (world) => {
      const [victim, confirmed] = [newAddress('victim'), await world.account()];
      await sudo(confirmed.client, confirmed.password);
      const ways = [
        () => world.client().post('sign_up', { email: victim, password: newPassword() }),
        async () => (await world.waiting()).client.post('request_email_change', { new_email: victim }),
        () => confirmed.client.post('request_email_change', { new_email: victim }),
      ];
      return bombed(world, victim, (n) => ways[n % 3]());
    },
  },
  {
    id: 'bombing/sudo-code',
    checklist: 'V6.6.3',
    attempt: `${many} codes for sudo mode in a stolen session`,
    run: async (world) => {
      if (!world.target.issuer) return notApplicable('the server does not know our provider');
      const { email, client } = await world.withCodes();
      return bombed(world, email, () => client.post('request_sudo_code'), 6);
    },
  },
  {
    id: 'bombing/many-sign-ups',
    checklist: 'A26',
    attempt: '14 accounts with as many addresses from one client',
    run: (world) => {
      const ip = world.ip();
      const signUp = () => world.client(ip).post('sign_up', { email: newAddress('victim'), password: newPassword() });
      return unlimited(14, signUp);
    },
  },
  {
    id: 'bombing/many-resets',
    checklist: 'A26',
    attempt: 'reset links for 14 addresses from one client',
    run: (world) => {
      const ip = world.ip();
      return unlimited(14, () => world.client(ip).post('request_password_reset', { email: newAddress('victim') }));
    },
  },
];
