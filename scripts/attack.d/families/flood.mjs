// Floods of requests that make the server hash, judge passwords and hold streams: do the others still get through?
import { newAddress, newPassword, tag } from '../client.mjs';
import { sleep } from '../target.mjs';
import { fail, judged, tally, times } from '../world.mjs';

/** How long an answer may take while others flood the server, in ms. */
const page = 1_000;
const signIn = 2_000;

async function timed(send) {
  const began = performance.now();
  const { status } = await send().catch(() => ({ status: 'no answer' }));
  return { status, ms: Math.round(performance.now() - began) };
}

/** The slowest answers to a health check and to a page until the flood is over. */
async function slowest(world, flood) {
  let isOver = false;
  const worst = { '/healthz': 0, '/users/log-in': 0 };
  const watch = async (path) => {
    while (!isOver) {
      const client = world.client();
      const { status, ms } = await timed(() => client.page(path));
      worst[path] = Math.max(worst[path], status === 200 ? ms : Infinity);
      await sleep(25);
    }
  };
  const watching = Promise.all(Object.keys(worst).map(watch));
  const answers = await flood().finally(() => (isOver = true));
  await watching;
  return { worst, answers };
}

/** The flood has worked if a health check or a page was slow meanwhile. */
async function stillAnswers(world, flood) {
  const { worst, answers } = await slowest(world, flood);
  const figures = Object.entries(worst).map(([path, ms]) => `${path} ${ms} ms`).join(', ');
  return judged(Object.values(worst).some((ms) => ms > page), `at worst ${figures}; the flood: ${tally(answers)}`);
}

/** An owner signs in from the browser that she always uses, while the flood goes on. */
async function ownerDuring(world, flood) {
  const { email, password, client } = await world.account();
  await client.post('sign_out');
  const flooding = flood();
  await sleep(150);
  const { status, ms } = await timed(() => client.signIn(email, password));
  const answers = await flooding;
  return judged(status !== 200 || ms > signIn, `the owner: ${status} after ${ms} ms; the flood: ${tally(answers)}`);
}

const noAnswer = () => ({ status: 'no answer' });
const signUp = (client, password) => client.post('sign_up', { email: newAddress('flood'), password }).catch(noAnswer);

/** A password of 128 characters whose strength takes long to estimate: many words, dates and repeats in each other. */
const contrived = () => `${tag(2)}${'4@8({[3<69!1|7+$50%2zaAeEiIoOuU'.repeat(4)}`.slice(0, 128);

export const cases = [
  {
    id: 'flood/sign-ins',
    checklist: 'A64, V15.2.2',
    attempt: '200 sign-ins at the same moment from 200 clients: does the site still answer?',
    run: async (world) => {
      const flood = () => Promise.all(times(200).map(() => world.client().signIn(newAddress('flood'), newPassword()).catch(noAnswer)));
      return stillAnswers(world, flood);
    },
  },
  {
    id: 'flood/writes',
    checklist: 'A64, V15.2.2',
    attempt: '800 dead links and ways to a provider, 200 at a time and each from another client: rows to write, nothing to hash',
    run: (world) => {
      const { issuer } = world.target;
      const link = () => world.client().post('cancel_email_change_by_link', { token: `v1.cancel.${tag(16)}.x` });
      const way = () => world.client().post('continue_with_provider', { provider: issuer.id, ask: 'sign_in', return_to: '' });
      return stillAnswers(world, async () => {
        const answers = [];
        for (const _ of times(4)) answers.push(...(await Promise.all(times(200).map((n) => (n % 2 && issuer ? way() : link()).catch(noAnswer)))));
        return answers;
      });
    },
  },
  {
    id: 'flood/one-client',
    checklist: 'A64',
    attempt: '200 new accounts at the same moment from one client, while an owner signs in',
    run: (world) => {
      const ip = world.ip();
      return ownerDuring(world, () => Promise.all(times(200).map(() => signUp(world.client(ip), newPassword()))));
    },
  },
  {
    id: 'flood/contrived-passwords',
    checklist: 'A64',
    attempt: '60 new accounts from 3 clients with passwords whose strength takes long to judge, while an owner signs in',
    run: (world) => {
      const ips = [world.ip(), world.ip(), world.ip()];
      return ownerDuring(world, () => Promise.all(times(60).map((n) => signUp(world.client(ips[n % 3]), contrived()))));
    },
  },
  {
    id: 'flood/streams',
    checklist: 'A62, V15.2.2',
    attempt: 'an unconfirmed account opens 6 live streams',
    run: async (world) => {
      const { client } = await world.waiting();
      const opened = await Promise.all(times(6).map(() => firstByte(world.target, client)));
      const open = opened.filter((status) => status === 200).length;
      return judged(open > 2, `${open} of 6 are open`);
    },
  },
];

/** Opens a stream and leaves it open for two seconds; answers its status. */
async function firstByte(target, client) {
  const controller = new AbortController();
  const headers = { cookie: client.cookie, 'x-forwarded-for': client.ip, accept: 'text/event-stream' };
  const answer = await fetch(`${target.url}/users/live`, { headers, signal: controller.signal }).catch(() => fail('no stream'));
  setTimeout(() => controller.abort(), 2_000);
  return answer.status;
}
