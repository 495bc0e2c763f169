// Prints what a page downloads, compressed as a proxy would (brotli 11), and fails over the budget.
//
//   node scripts/lib/sizes.mjs SITE_FOLDER
import { readdirSync, readFileSync } from 'node:fs';
import { join, extname } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const budget = 160_000;
const site = process.argv[2];

function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
}

const files = readdirSync(join(site, 'pkg'), { recursive: true })
  .filter((file) => ['.wasm', '.js', '.css'].includes(extname(file)))
  .sort();
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1).padStart(8)} kB`;

let total = 0;
for (const file of files) {
  const bytes = readFileSync(join(site, 'pkg', file));
  const size = brotli(bytes);
  total += size;
  console.log(`${kilobytes(size)}  of ${kilobytes(bytes.length)}  pkg/${file}`);
}

const kinds = new Set(files.map((file) => extname(file)));
const complete = ['.wasm', '.js', '.css'].every((kind) => kinds.has(kind));
const fine = complete && total <= budget;
console.log(`${kilobytes(total)}  brotli together, of ${budget / 1000} kB allowed`);
if (!complete) console.log(`incomplete: there must be a .wasm, a .js and a .css in ${join(site, 'pkg')}`);
console.log(fine ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = fine ? 0 : 1;
