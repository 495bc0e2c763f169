// Runs the tests that docs/SECURITY.md names, and prints each row of the checklist with its proof and its verdict. Its
// last line is `N passed, N failed`, which counts rows.
//
//   node scripts/lib/security.mjs [rust]        with `rust`, journeys in a browser count as not run
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const withoutBrowser = process.argv[2] === 'rust';
const document = readFileSync('docs/SECURITY.md', 'utf8');
const [, tables] = document.match(/<!-- proofs -->([\s\S]*)<!-- \/proofs -->/);

/** The rows of the tables: id, the tests, and the whole cell. tests/it/security_document.rs checks the form. */
const rows = [];
for (const line of tables.split('\n')) {
  const [id, , proof, ...more] = line.replace(/^\| | \|$/g, '').split(' | ');
  if (proof === undefined || more.length || id === 'id') continue;
  rows.push({ id, tests: [...proof.matchAll(/`((?:unit|store|it|upgrade|crash|deletion)::[^`]+|e2e: [^`]+)`/g)].map(([, test]) => test), proof });
}
const named = [...new Set(rows.flatMap((row) => row.tests))];
const journeys = named.filter((test) => test.startsWith('e2e: ')).map((test) => ({ test, ...test.match(/^e2e: (?<file>\S+) "(?<title>.*)"$/).groups }));
const rust = named.filter((test) => !test.startsWith('e2e: '));

/** The tests that ran, each with whether it passed. */
const verdicts = new Map();
runRust();
if (!withoutBrowser) runJourneys();
report();

/** One call of cargo for all suites. If two suites have a test of one name, both run. */
function runRust() {
  const suites = [...new Set(rust.map((test) => test.split('::')[0]))];
  const targets = suites.flatMap((suite) => (suite === 'unit' ? ['--lib'] : ['--test', suite]));
  const names = rust.map((test) => test.split('::').slice(1).join('::'));
  const cargo = ['cargo', 'test', '--features', 'ssr,failpoints,testing', '--no-fail-fast', ...targets, '--', '--exact', ...names];
  const output = run('scripts/with-postgres', cargo);
  let suite;
  for (const line of output.split('\n')) {
    const running = line.match(/^\s+Running (?:unittests )?(\S+)/);
    if (running) suite = running[1].startsWith('src/') ? 'unit' : running[1].split('/')[1];
    const ended = line.match(/^test (\S+) \.\.\. (ok|FAILED)$/);
    if (ended) verdicts.set(`${suite}::${ended[1]}`, ended[2] === 'ok');
  }
  // Without the closing lines of each suite, which scripts/test would count.
  if (rust.some((test) => verdicts.get(test) !== true)) console.log(output.replace(/^test result: .*$/gm, ''));
}

function runJourneys() {
  const titles = journeys.map(({ title }) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const playwright = ['npx', '--no-install', 'playwright', 'test', '--reporter=json', '--grep', `(${titles.join('|')})$`];
  const output = run('../scripts/with-postgres', playwright, { cwd: 'end2end' });
  const begin = output.indexOf('{');
  const found = begin < 0 ? [] : specs(JSON.parse(output.slice(begin, output.lastIndexOf('}') + 1)).suites ?? []);
  for (const { test, file, title } of journeys) {
    const own = found.filter((spec) => spec.title === title && spec.file.endsWith(file));
    const results = own.flatMap((spec) => spec.tests).map(({ status }) => status);
    // In one of the two browsers a journey may be skipped, with JavaScript or without.
    const passed = results.includes('expected') && results.every((status) => ['expected', 'skipped'].includes(status));
    if (results.length) verdicts.set(test, passed);
  }
}

function specs(suites) {
  return suites.flatMap((suite) => [...(suite.specs ?? []), ...specs(suite.suites ?? [])]);
}

/** Both streams in their order; cargo names the suite in one and libtest the tests in the other. */
function run(command, argumentsOfIt, options = {}) {
  const all = ['-c', 'exec "$0" "$@" 2>&1', command, ...argumentsOfIt];
  const { stdout } = spawnSync('sh', all, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  return stdout ?? '';
}

function report() {
  const count = { proved: 0, reason: 0, FAILED: 0, 'not run': 0 };
  for (const { id, tests, proof } of rows) {
    const wanted = withoutBrowser ? tests.filter((test) => !test.startsWith('e2e: ')) : tests;
    const failed = wanted.filter((test) => verdicts.get(test) !== true);
    const reason = proof.match(/reason: .*$/)?.[0];
    const verdict = failed.length || !(tests.length || reason) ? 'FAILED' : wanted.length ? 'proved' : reason ? 'reason' : 'not run';
    count[verdict] += 1;
    console.log(`${verdict.padEnd(7)} ${id}`);
    const say = (test) => ({ true: 'ok', false: 'FAILED', undefined: test.startsWith('e2e: ') && withoutBrowser ? 'not run' : 'NOT FOUND' })[verdicts.get(test)];
    for (const test of tests) console.log(`          ${say(test).padEnd(9)} ${test}`);
    if (reason || !tests.length) console.log(`          ${reason ?? proof}`);
  }
  console.log(`\n${rows.length} rows: ${Object.entries(count).map(([verdict, many]) => `${many} ${verdict}`).join(', ')}`);
  console.log(`${count.proved + count.reason} passed, ${count.FAILED} failed`);
  process.exitCode = count.FAILED ? 1 : 0;
}
