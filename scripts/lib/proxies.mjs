// Runs nginx, Caddy and HAProxy with the configurations of docs/PROXIES.md in front of Signet: TLS, the visitor's
// address, host and origin, the stream of live state, keep-alive at the edge of the idle time, and a restart. Its last
// line is `N passed, N failed`.
//
//   node scripts/lib/proxies.mjs SIGNET FOLDER-OF-UNPACKED-PROXIES [NAME]...
//
// With SIGNET_TEST_LONG=1 it runs only what needs a machine that does nothing else: the edge of the idle time, also
// with a proxy that is set up wrongly.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edge, keepAlive } from './proxies/edge.mjs';
import { journey, silence } from './proxies/journey.mjs';
import { host, names, Proxy } from './proxies/programs.mjs';
import { startProvider } from './proxies/provider.mjs';
import { restart } from './proxies/restart.mjs';
import { Signet } from './proxies/signet.mjs';
import { freePort } from './server.mjs';

const [program, programs, ...wanted] = process.argv.slice(2);
const isLong = process.env.SIGNET_TEST_LONG === '1';
const folder = await mkdtemp(join(tmpdir(), 'signet-proxy-'));
/** A case sends more requests in a second than a network may. */
const manyRequests = { SIGNET_LIMITS__REQUESTS_PER_IP: '6000 per 6s' };
let passed = 0;
let failed = 0;

/** Runs cases one after the other. After one has failed, the next ones fail too: they begin where it ended. */
async function run(name, cases) {
  for (const [index, [what, attempt]] of cases.entries()) {
    try {
      const figures = await attempt();
      passed += 1;
      console.log(`ok      ${name}: ${what}${figures ? ` (${figures})` : ''}`);
    } catch (error) {
      failed += cases.length - index;
      console.log(`FAILED  ${name}: ${what}: ${error.message}`);
      return;
    }
  }
}

/** A Signet with a proxy in front of it, for as long as `use` takes. */
async function behind(name, part, settings, options, use) {
  const https = await freePort();
  const signet = await Signet.start(program, `https://${host}:${https}`, settings);
  let proxy;
  try {
    proxy = await Proxy.start(name, { signet: signet.port, folder: join(folder, name, part), programs, https, ...options });
    await use({ name, proxy, signet });
  } finally {
    proxy?.stop();
    await signet.remove();
  }
}

const cases = {
  journey: (name) => behind(name, 'journey', {}, { silence }, (both) => run(name, journey(both))),

  async edge(name) {
    const times = { SIGNET_SERVER__KEEP_ALIVE: `${keepAlive / 1_000}s`, SIGNET_SERVER__HEADER_TIMEOUT: '1s' };
    const signet = await Signet.start(program, `https://${host}`, { ...manyRequests, ...times });
    try {
      await run(name, edge({ name, signet, folder: join(folder, name), programs, isLong }));
    } finally {
      await signet.remove();
    }
  },

  async restart(name) {
    const provider = await startProvider();
    try {
      const settings = { ...manyRequests, ...provider.settings };
      await behind(name, 'restart', settings, {}, (both) => run(name, restart({ ...both, provider })));
    } finally {
      provider.stop();
    }
  },
};

/** A case that could not even begin is one failure. */
async function broken(name, running) {
  await running.catch((error) => {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.message}`);
  });
}

try {
  const chosen = wanted.length > 0 ? wanted : names;
  // A journey mostly listens to a silent stream, so the other cases run meanwhile.
  const others = async (name) => {
    await broken(name, cases.restart(name));
    await broken(name, cases.edge(name));
  };
  const all = (name) => (isLong ? [broken(name, cases.edge(name))] : [broken(name, cases.journey(name)), others(name)]);
  await Promise.all(chosen.flatMap(all));
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
