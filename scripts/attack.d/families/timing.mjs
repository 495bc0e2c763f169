// Finding out by the time of an answer whether an address has an account.
import { newAddress, newPassword } from '../client.mjs';
import { sleep } from '../target.mjs';
import { inTurn, judged, must, notApplicable, times } from '../world.mjs';

/** Others who sign in meanwhile, where the server is busy. */
const others = 6;
/** Answers that are compared for each kind of address. No address is asked about more than three times. */
const samples = 30;
/** Differences smaller than this cannot be told from the network, in ms. */
const least = 4;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const ms = (number) => `${number.toFixed(1)} ms`;

/** The standard error of a median, by the median of the deviations: some slow answers do not change it. */
function error(numbers) {
  const middle = median(numbers);
  return (1.253 * 1.483 * median(numbers.map((number) => Math.abs(number - middle)))) / Math.sqrt(numbers.length);
}

async function timed(send) {
  const began = performance.now();
  await send();
  return performance.now() - began;
}

/** Medians for the victims' addresses and for unknown ones, asked about in turn. */
async function compared(world, addresses, send) {
  const taken = { known: [], unknown: [] };
  await inTurn(times(samples), async (n) => {
    const kinds = [['known', addresses[n % addresses.length]], ['unknown', newAddress('owner')]];
    // In another order each time, so that neither always comes first.
    for (const [kind, email] of n % 2 ? kinds : kinds.toReversed()) taken[kind].push(await timed(() => send(world.client(), email)));
  });
  const [known, unknown] = [median(taken.known), median(taken.unknown)];
  const chance = 3 * Math.hypot(error(taken.known), error(taken.unknown));
  return { known, unknown, difference: known - unknown, allowed: Math.max(least, unknown * 0.05, chance) };
}

/** Two measurements must agree: the machine may have been busy during one. */
async function toldApart(world, addresses, send) {
  const both = [];
  for (const round of times(2)) {
    const found = await compared(world, addresses(round), send);
    both.push(found);
    if (Math.abs(found.difference) <= found.allowed) break;
  }
  const worked = both.every(({ difference, allowed }) => Math.abs(difference) > allowed) && Math.sign(both[0].difference) === Math.sign(both.at(-1).difference);
  const { known, unknown, allowed } = both.at(-1);
  return judged(worked, `medians ${ms(known)} and ${ms(unknown)} (chance allows ${ms(allowed)})`);
}

/** Keeps the server busy until `act` is done: others sign in, with their passwords, so that no limit stops them. */
async function underLoad(world, act) {
  let isOver = false;
  const busy = async () => {
    const { client, email, password } = await world.account();
    while (!isOver) await client.signIn(email, password).catch(() => undefined);
  };
  const load = Promise.all(times(others).map(busy));
  await sleep(1_500);
  const result = await act().finally(() => (isOver = true));
  await load;
  return result;
}

/** Enough addresses of a kind for two rounds, each asked about three times at most in one. */
async function many(make) {
  const made = await Promise.all(times(20).map(make));
  return (round) => made.slice(round * 10, round * 10 + 10);
}

const signIn = (client, email) => client.signIn(email, 'wrong wrong wrong');
const reset = (client, email) => client.post('request_password_reset', { email });
const accounts = (world) => many(async () => (await world.account()).email);

export const cases = [
  {
    id: 'timing/sign-in',
    checklist: 'A63',
    attempt: `${samples} wrong sign-ins each for accounts and for unknown addresses`,
    run: async (world) => toldApart(world, await accounts(world), signIn),
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
    run: async (world) => toldApart(world, await accounts(world), reset),
  },
  {
    id: 'timing/sign-up',
    checklist: 'A63',
    attempt: `${samples} new accounts each with taken and with free addresses`,
    run: async (world) => toldApart(world, await accounts(world), (client, email) => client.post('sign_up', { email, password: newPassword() })),
  },
  {
    id: 'timing/sign-in-under-load',
    checklist: 'A63',
    attempt: `${samples} wrong sign-ins each for accounts and for unknown addresses, while ${others} others sign in all the time`,
    run: async (world) => {
      const addresses = await accounts(world);
      return underLoad(world, () => toldApart(world, addresses, signIn));
    },
  },
  {
    id: 'timing/reset-under-load',
    checklist: 'A63',
    attempt: `${samples} reset links each for accounts and for unknown addresses, while ${others} others sign in all the time`,
    run: async (world) => {
      const addresses = await accounts(world);
      return underLoad(world, () => toldApart(world, addresses, reset));
    },
  },
];
