// The page to look through the pictures: by page and state, with filters that need no script.
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { languages } from './languages.ts';
import { schemes, widths } from './looks.ts';
import { pages, type PageName } from './pages.ts';
import { folder } from './picture.ts';
import type { Taken } from './reporter.ts';

/** What a picture can be filtered by, with the values that are shown at first. */
const filters: readonly { key: 'width' | 'scheme' | 'language'; values: readonly (readonly [value: string, label: string])[]; first: readonly string[] }[] = [
  { key: 'width', values: widths.map((width) => [String(width), `${width} px`]), first: ['390', '1280'] },
  { key: 'scheme', values: schemes.map((scheme) => [scheme, scheme]), first: ['light'] },
  { key: 'language', values: languages.map(({ id, name }) => [id, name]), first: ['en'] },
];

export function contents(taken: readonly Taken[]): string {
  const shown = (Object.keys(pages) as PageName[]).filter((page) => taken.some((picture) => picture.page === page));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Gallery · Signet</title>
<style>${style()}</style>
</head>
<body>
<header>
<h1>Gallery</h1>
<form>${filters.map(boxes).join('')}</form>
<nav aria-label="Pages">${shown.map((page) => `<a href="#${page}">${escaped(pages[page])}</a>`).join(' ')}</nav>
</header>
<main>
${shown.map((page) => section(page, taken.filter((picture) => picture.page === page))).join('\n')}
</main>
</body>
</html>
`;
}

function boxes({ key, values, first }: (typeof filters)[number]): string {
  const box = ([value, label]: readonly [string, string]) =>
    `<label><input type="checkbox" id="${key}-${value}"${first.includes(value) ? ' checked' : ''}> ${escaped(label)}</label>`;
  return `<fieldset><legend>${key}</legend>${values.map(box).join(' ')}</fieldset>`;
}

function section(page: PageName, taken: readonly Taken[]): string {
  const states = [...new Set(taken.map(({ state }) => state))];
  const rows = states.map((state) => `<h3>${escaped(state)}</h3>
<div class="row">${taken.filter((picture) => picture.state === state).map(figure).join('\n')}</div>`);
  return `<section id="${page}">
<h2>${escaped(pages[page])}</h2>
${rows.join('\n')}
</section>`;
}

function figure(picture: Taken): string {
  const { page, state, width, scheme, language, file } = picture;
  const about = `${pages[page]}, ${state}, ${width} px, ${scheme}, ${language}`;
  const classes = filters.map(({ key }) => `${key}-${picture[key]}`).join(' ');
  const address = escaped(encodeURI(file));
  return `<a class="${classes}" href="${address}"><img src="${address}" alt="${escaped(about)}" ${size(file)} loading="lazy"><span>${width} ${scheme} ${language}</span></a>`;
}

/** The size of the picture, from the header of a PNG file, so that nothing moves while pictures load. */
function size(file: string): string {
  const opened = openSync(join(folder, file), 'r');
  const header = Buffer.alloc(24);
  readSync(opened, header, 0, header.length, 0);
  closeSync(opened);
  return `width="${header.readUInt32BE(16)}" height="${header.readUInt32BE(20)}"`;
}

/** A picture is hidden as long as the box of one of its values is empty. */
function style(): string {
  const hidden = filters.flatMap(({ key, values }) => values.map(([value]) => `body:has(#${key}-${value}:not(:checked)) .${key}-${value}`));
  return `
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: light-dark(#e9ecec, #23282a); }
header { position: sticky; top: 0; padding: 0.5rem 1rem; background: light-dark(#fff, #111); border-bottom: 1px solid gray; }
h1 { font-size: 1.25rem; margin: 0; } h2 { margin: 2rem 0 0; } h3 { margin: 1rem 0 0.25rem; font-weight: 400; }
form { display: flex; flex-wrap: wrap; gap: 1rem; } fieldset { border: 0; padding: 0; } legend { float: left; margin-right: 0.5rem; }
nav { font-size: 0.875rem; max-height: 5rem; overflow: auto; } nav a { margin-right: 0.5rem; }
main { padding: 0 1rem 4rem; } section { scroll-margin-top: 10rem; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; }
.row a { font-size: 0.75rem; max-width: 100%; }
.width-320 { width: 12rem; } .width-390 { width: 14.5rem; } .width-1280 { width: 36rem; }
.row img { display: block; border: 1px solid gray; box-sizing: border-box; width: 100%; height: auto; }
${hidden.join(', ')} { display: none; }
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
