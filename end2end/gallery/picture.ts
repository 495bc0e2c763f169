// One picture of a page, and its file.
import { join } from 'node:path';
import type { schemes, Width } from './looks.ts';
import type { PageName } from './pages.ts';

export interface Picture {
  page: PageName;
  state: string;
  width: Width;
  scheme: (typeof schemes)[number];
  /** The id of the language. */
  language: string;
}

/** The folder of the pictures and their index. */
export const folder = join(import.meta.dirname, 'out');

/** The name of the picture's file within the folder. */
export function pictured({ page, state, width, scheme, language }: Picture): string {
  const words = state.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
  return `${language}/${page}--${words}-${width}-${scheme}.png`;
}
