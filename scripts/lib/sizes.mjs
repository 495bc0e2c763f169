// Asks a running server for everything that a page downloads, as a browser does that knows Brotli. Prints how many
// bytes it sends, and fails over the budget, and where it sends anything but the file that the build compressed.
//
//   node scripts/lib/sizes.mjs SIGNET SITE_FOLDER
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { extname, join } from 'node:path';
import { withServer } from './server.mjs';

const budget = 160_000;
const kinds = ['.wasm', '.js', '.css'];
const [signet, site] = process.argv.slice(2);

/** The answer with its bytes as they were sent; `fetch` would decompress them. */
function sent(address, encodings) {
  return new Promise((answered, failed) => {
    const request = get(address, { headers: { 'accept-encoding': encodings } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => answered({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) }));
      response.on('error', failed);
    });
    request.on('error', failed);
  });
}

/** The files that a page names in its head. */
async function named(url) {
  const { bytes } = await sent(`${url}/users/log-in`, 'identity');
  const links = bytes.toString().matchAll(/href="\/(pkg\/[^"]+)"/g);
  return [...new Set([...links].map(([, file]) => file))].sort();
}

/** What is wrong with how a file is sent; nothing, as a rule. */
function faults(file, { status, headers, bytes }) {
  const built = readFileSync(join(site, `${file}.br`));
  const found = [];
  if (status !== 200) found.push(`the status is ${status}`);
  if (headers['content-encoding'] !== 'br') found.push('it is not sent in Brotli');
  if (headers.vary !== 'accept-encoding') found.push('caches are not told that it depends on Accept-Encoding');
  if (!bytes.equals(built)) found.push('its bytes are not those that the build compressed');
  return found.map((fault) => `${file}: ${fault}`);
}

/** Whether a page's files are what there is to download, and all kinds of it. */
function gaps(files) {
  const there = readdirSync(join(site, 'pkg'), { recursive: true }).map((file) => `pkg/${file}`);
  const uncounted = there.filter((file) => kinds.includes(extname(file)) && !files.includes(file));
  const missing = kinds.filter((kind) => !files.some((file) => extname(file) === kind));
  return [
    ...uncounted.map((file) => `${file}: no page names it, so it was not counted`),
    ...missing.map((kind) => `the page names no ${kind}`),
  ];
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;

async function measure(url) {
  const files = await named(url);
  const wrong = gaps(files);
  let total = 0;
  for (const file of files) {
    const answer = await sent(`${url}/${file}`, 'gzip, deflate, br, zstd');
    const { bytes } = await sent(`${url}/${file}`, 'identity');
    total += answer.bytes.length;
    wrong.push(...faults(file, answer));
    console.log(`${kilobytes(answer.bytes.length)}  of ${kilobytes(bytes.length)}  ${file}`);
  }
  console.log(`${kilobytes(total)}  sent together, of ${budget / 1000} kB allowed`);
  if (total > budget) wrong.push('that is too much');
  return wrong;
}

const wrong = await withServer(signet, { LEPTOS_SITE_ROOT: site }, measure).catch((error) => [error.message]);
for (const fault of wrong) console.log(fault);
console.log(wrong.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = wrong.length === 0 ? 0 : 1;
