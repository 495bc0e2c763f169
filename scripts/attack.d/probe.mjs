// Asks the server before the attacks which of them can be tried.
import { Client } from './client.mjs';
import { World, sudo } from './world.mjs';

/** Says what the server lacks: `fatal` if no attack can be tried, else `notes`. */
export async function lacks(target) {
  const mailbox = await target.send({ path: '/dev/mailbox.json' }).catch((error) => ({ status: 0, text: error.message }));
  if (mailbox.status !== 200) return { fatal: `no development mailbox at ${target.url}/dev/mailbox.json (${mailbox.status || mailbox.text})` };
  const notes = [];
  const world = new World(target, 250);
  const seen = await addressSeen(world);
  // Without it every case would use up the limits of one address.
  if (seen !== world.probed) return { fatal: `the server takes no client address from X-Forwarded-For (it sees ${seen}); --help says what it needs` };
  const logIn = (await new Client(target, world.ip()).page('/users/log-in')).text;
  const knowsIssuer = logIn.includes(`value="${target.issuer.id}"`);
  if (!knowsIssuer) notes.push('the server does not know our provider: --help says what it needs');
  if (!target.data) notes.push('without --data nothing counts the rows that are stored');
  return { notes, knowsIssuer };
}

/** The address of a client as the server sees it. */
async function addressSeen(world) {
  const account = await world.account();
  world.probed = account.client.ip;
  await sudo(account.client, account.password);
  const token = await world.token(account);
  const { text } = await world.api(token, 'sessions');
  return JSON.parse(text).sessions[0].ip;
}
