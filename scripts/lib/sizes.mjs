// Requests from a running server every file that a page downloads, with the headers of a browser that accepts Brotli.
// Prints how many bytes the server sends. Fails if they exceed the budget, if the server sends other bytes than those
// that the build compressed, or if the WASM contains code that it has no use for.
//
//   node scripts/lib/sizes.mjs SIGNET SITE_FOLDER
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { extname, join } from 'node:path';
import { withServer } from './server.mjs';

// The files came to 55 kB when this number was chosen. More than 125 kB is too much for a phone on a slow network.
const budget = 80_000;
// Texts of code that costs a lot and gets into the WASM by accident: an island with properties reads them by serde, and
// text made of a float needs the printing of floats.
const unwanted = new Map([
  ['missing field', 'serde reads a struct: an island has properties'],
  ['flt2dec', 'a float is printed'],
]);
const kinds = ['.wasm', '.js', '.css'];
const [signet, site] = process.argv.slice(2);

/** Requests an address and returns the bytes as the server sent them. `fetch` would decompress them. */
function sent(address, encodings) {
  return new Promise((answered, failed) => {
    const request = get(address, { headers: { 'accept-encoding': encodings } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => answered({ status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) }));
      response.on('error', failed);
    });
    request.setTimeout(10_000, () => request.destroy(new Error(`no answer for ${address}`)));
    request.on('error', failed);
  });
}

/** The files that a page links to. Every page links to the same files. */
async function named(url) {
  const { bytes } = await sent(`${url}/users/log-in`, 'identity');
  const links = bytes.toString().matchAll(/href="\/(pkg\/[^"]+)"/g);
  return [...new Set([...links].map(([, file]) => file))].sort();
}

/** Everything that is wrong with the response for a file. */
function faults(file, { status, headers, bytes }) {
  const compressed = join(site, `${file}.br`);
  if (!existsSync(compressed)) return [`${file}: the build did not compress it`];
  const found = [];
  if (status !== 200) found.push(`the status is ${status}`);
  if (headers['content-encoding'] !== 'br') found.push('Content-Encoding is not br');
  if (headers.vary !== 'accept-encoding') found.push('Vary is not Accept-Encoding');
  if (!bytes.equals(readFileSync(compressed))) found.push('the server did not send what the build compressed');
  return found.map((fault) => `${file}: ${fault}`);
}

/** The files of the site that no page links to, and the kinds of file that the page should link to and does not. */
function gaps(files) {
  const there = readdirSync(join(site, 'pkg'), { recursive: true }).map((file) => `pkg/${file}`);
  const uncounted = there.filter((file) => kinds.includes(extname(file)) && !files.includes(file));
  const missing = kinds.filter((kind) => !files.some((file) => extname(file) === kind));
  return [
    ...uncounted.map((file) => `${file}: the page does not link to it, so it was not counted`),
    ...missing.map((kind) => `the page links to no ${kind}`),
  ];
}

/** The code in a file that should not be there. */
function ballast(file, bytes) {
  if (extname(file) !== '.wasm') return [];
  const found = [...unwanted].filter(([text]) => bytes.includes(text));
  return found.map(([text, reason]) => `${file}: contains "${text}": ${reason}`);
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
    wrong.push(...faults(file, answer), ...ballast(file, bytes));
    console.log(`${kilobytes(answer.bytes.length)}  of ${kilobytes(bytes.length)}  ${file}`);
  }
  console.log(`${kilobytes(total)}  sent together, of ${budget / 1000} kB allowed`);
  if (total > budget) wrong.push('the files exceed the budget');
  return wrong;
}

const wrong = await withServer(signet, { LEPTOS_SITE_ROOT: site }, measure).catch((error) => [error.message]);
for (const fault of wrong) console.log(fault);
console.log(wrong.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = wrong.length === 0 ? 0 : 1;
