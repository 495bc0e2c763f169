// Reads the arguments, runs every family of attacks, and prints what each attack came to.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withServer } from '../lib/server.mjs';
import { help, options } from './help.mjs';
import { Issuer } from './issuer.mjs';
import { lacks } from './probe.mjs';
import { Target } from './target.mjs';
import { World } from './world.mjs';

/** These need a machine that does nothing else meanwhile. They run last, one after the other. */
const alone = ['filling', 'timing', 'flood'];
/** How many of the other families run at a time. */
const together = 5;
/** A case that takes longer is broken, in ms. */
const limit = 60_000;
const folder = join(import.meta.dirname, 'families');

const { values, positionals } = readArguments();
const families = await load();
if (values.list) {
  for (const { id, checklist, attempt } of families.flatMap(({ cases }) => cases)) console.log(`${id}\t${checklist}\t${attempt}`);
  process.exit(0);
}
const issuer = new Issuer(Number(values['issuer-port']));
await issuer.listen();
process.exitCode = values.start ? await started(values.start) : await attack(new Target(positionals[0], { data: values.data, issuer }));
issuer.close();
process.exit();

function readArguments() {
  try {
    const read = parseArgs({ options, allowPositionals: true });
    if (read.values.help) end(0, help);
    if (!read.values.list && (read.positionals.length === 1) === Boolean(read.values.start)) end(2, help);
    if (read.positionals[0]) checkAddress(read.positionals[0], read.values['not-loopback']);
    return read;
  } catch (error) {
    return end(2, `${error.message}\n\n${help}`);
  }
}

/** Attacks are for one's own server: without the flag, only for one on this machine. */
function checkAddress(url, mayLeave) {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:') end(2, `attack: ${url}: only http, without a proxy in between`);
  if (/^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname)) return;
  if (!mayLeave) end(2, `attack: ${hostname} is not this machine. --not-loopback is for a server that you run yourself.`);
  console.error(`attack: WARNING: ${hostname} is not this machine. Attack only a server that you run yourself.`);
}

function end(code, words) {
  (code === 0 ? console.log : console.error)(words);
  process.exit(code);
}

/** Attacks a server of our own, with the settings that every case needs. */
function started(binary) {
  const { LEPTOS_SITE_ROOT } = process.env;
  const settings = {
    ...issuer.settings,
    ...(LEPTOS_SITE_ROOT ? { LEPTOS_SITE_ROOT } : {}),
    // The build of the browser's half has written the names of its files beside the server.
    LEPTOS_HASH_FILES: String(existsSync(join(dirname(resolve(binary)), 'hash.txt'))),
    SIGNET_SERVER__TRUSTED_PROXIES: '["127.0.0.1"]',
    RUST_LOG: 'off',
  };
  return withServer(resolve(binary), settings, (url, data) => Promise.race([attack(new Target(url, { data, issuer })), interrupted()]));
}

/** Resolves when a signal ends the script, so that the server of our own ends first. */
function interrupted() {
  return new Promise((ended) => ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => process.once(signal, () => ended(130))));
}

async function load() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs')).sort();
  const wanted = (name) => !values.only || values.only.split(',').some((only) => name.startsWith(only.split('/')[0]));
  const found = await Promise.all(files.map(async (file, number) => {
    const { cases } = await import(join(folder, file));
    const chosen = cases.filter(({ id }) => !values.only || values.only.split(',').some((only) => id.startsWith(only)));
    return { name: file.replace('.mjs', ''), number: number + 1, cases: chosen };
  }));
  return found.filter(({ name, cases }) => wanted(name) && cases.length > 0);
}

/** Runs every case; answers the exit code. */
async function attack(target) {
  const lacking = await lacks(target);
  if (lacking.fatal) end(2, `attack: ${lacking.fatal}`);
  if (!lacking.knowsIssuer) target.issuer = undefined;
  for (const line of lacking.notes) console.log(`note: ${line}`);
  const results = [];
  const waiting = families.filter(({ name }) => !alone.includes(name));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(...(await run(target, next)));
  };
  await Promise.all(Array.from({ length: together }, worker));
  for (const name of alone) {
    const family = families.find((found) => found.name === name);
    if (family) results.push(...(await run(target, family)));
  }
  if (values.json) writeFileSync(values.json, JSON.stringify(results, null, 1));
  return summary(results);
}

async function run(target, { number, cases }) {
  const world = new World(target, number);
  const results = [];
  for (const found of cases) {
    const began = Date.now();
    const result = { id: found.id, checklist: found.checklist, attempt: found.attempt, ...(await outcome(found, world)), ms: Date.now() - began };
    results.push(result);
    console.log(`${result.id.padEnd(34)} ${result.verdict.padEnd(9)} ${result.attempt}\n${' '.repeat(45)}-> ${result.answer}`);
  }
  return results;
}

async function outcome(found, world) {
  let late;
  const slow = new Promise((_, failed) => (late = setTimeout(() => failed(new Error(`not done after ${limit} ms`)), limit)));
  try {
    return await Promise.race([found.run(world), slow]);
  } catch (error) {
    return { verdict: 'BROKEN', answer: values.trace ? error.stack : error.message };
  } finally {
    clearTimeout(late);
  }
}

function summary(results) {
  const count = (verdict) => results.filter((result) => result.verdict === verdict);
  const tried = results.length - count('n/a').length;
  for (const { id } of count('SUCCEEDED')) console.log(`succeeded: ${id}`);
  for (const { id, answer } of count('BROKEN')) console.log(`broken: ${id}: ${answer}`);
  for (const { id, answer } of count('n/a')) console.log(`not counted: ${id}: ${answer}`);
  console.log(`${count('refused').length} of ${tried} refused`);
  return count('refused').length === tried ? 0 : 1;
}
