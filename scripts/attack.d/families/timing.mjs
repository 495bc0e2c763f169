// Finding out by the time of an answer whether an address has an account.
import { newAddress, newPassword } from '../client.mjs';
import { inTurn, judged, must, notApplicable, times } from '../world.mjs';

/** Answers that are compared for each kind of address. No address is asked about more than three times. */
const samples = 30;
/** Differences smaller than this cannot be told from the network, in ms. */
const least = 4;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const ms = (number) => `${number.toFixed(1)} ms`;

async function timed(send) {
  const began = performance.now();
  await send();
  return performance.now() - began;
}

/** Medians for the victim's address, an unknown one, and another unknown one as the measure of chance; interleaved. */
async function compared(world, addresses, send) {
  const times_ = { known: [], unknown: [], chance: [] };
  await inTurn(times(samples), async (n) => {
    const kinds = [['known', addresses[n % addresses.length]], ['unknown', newAddress('owner')], ['chance', newAddress('owner')]];
    // In another order each time, so that none always comes first.
    for (const [kind, email] of [...kinds.slice(n % 3), ...kinds.slice(0, n % 3)]) {
      times_[kind].push(await timed(() => send(world.client(), email)));
    }
  });
  const [known, unknown, chance] = ['known', 'unknown', 'chance'].map((kind) => median(times_[kind]));
  return { known, unknown, difference: known - unknown, allowed: Math.max(least, unknown * 0.05, 3 * Math.abs(unknown - chance)) };
}

/** Two measurements must agree: the machine may have been busy during one. */
async function toldApart(world, addresses, send) {
  const both = [];
  for (const round of times(2)) {
    const found = await compared(world, addresses(round), send);
    both.push(found);
    if (Math.abs(found.difference) <= found.allowed) break;
  }
  const worked = both.length === 2 && both.every(({ difference, allowed }) => Math.abs(difference) > allowed)
    && Math.sign(both[0].difference) === Math.sign(both[1].difference);
  const { known, unknown, allowed } = both.at(-1);
  return judged(worked, `medians ${ms(known)} and ${ms(unknown)} (chance allows ${ms(allowed)})`);
}

/** Enough addresses of a kind for two rounds, each asked about three times at most in one. */
async function many(make) {
  const made = await Promise.all(times(20).map(make));
  return (round) => made.slice(round * 10, round * 10 + 10);
}

const signIn = (client, email) => client.signIn(email, 'wrong wrong wrong');

export const cases = [
  {
    id: 'timing/sign-in',
    checklist: 'A63',
    attempt: `${samples} wrong sign-ins each for accounts and for unknown addresses`,
    run: async (world) => toldApart(world, await many(async () => (await world.account()).email), signIn),
  },
  {
    id: 'timing/sign-in-without-password',
    checklist: 'A63',
    attempt: `${samples} wrong sign-ins each for accounts without a password and for unknown addresses`,
    run: async (world) => {
      if (!world.target.issuer) return notApplicable('the server does not know our provider');
      return toldApart(world, await many(async () => (await world.providerOnly()).email), signIn);
    },
  },
  {
    id: 'timing/sign-in-closed',
    checklist: 'A63, A43',
    attempt: `${samples} wrong sign-ins each for closed accounts and for unknown addresses`,
    run: async (world) => {
      const closed = await many(async () => {
        const { client, email } = await world.confirmed();
        must(await client.post('schedule_deletion', { confirmation: email }), 'schedule_deletion');
        return email;
      });
      return toldApart(world, closed, signIn);
    },
  },
  {
    id: 'timing/reset',
    checklist: 'A63',
    attempt: `${samples} reset links each for accounts and for unknown addresses`,
    run: async (world) => toldApart(world, await many(async () => (await world.account()).email),
      (client, email) => client.post('request_password_reset', { email })),
  },
  {
    id: 'timing/sign-up',
    checklist: 'A63',
    attempt: `${samples} new accounts each with taken and with free addresses`,
    run: async (world) => toldApart(world, await many(async () => (await world.account()).email),
      (client, email) => client.post('sign_up', { email, password: newPassword() })),
  },
];
