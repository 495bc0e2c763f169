// The letters that a scene causes, as pages.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import type { Letter } from '../support/mailbox.ts';
import type { Language } from './languages.ts';
import type { Look, Stage } from './stage.ts';

/** Shows each letter of the scene; of those with one subject only the first, whichever scene has it. */
export async function showLetters(stage: Stage, { id }: Language, look: Look): Promise<void> {
  const untaken = (await everyLetter(stage)).filter(({ subject }) => claim(`${id} ${subject}`));
  if (untaken.length === 0) return;
  const visitor = await stage.anotherVisitor();
  for (const letter of untaken) {
    await visitor.page.setContent(letter.html);
    await look(visitor, 'letter', letter.subject);
  }
}

/** The letters of the scene, when no further one arrives. */
async function everyLetter({ mailbox: { source }, visitor }: Stage): Promise<Letter[]> {
  for (let letters = await source.letters(); ; ) {
    await visitor.page.waitForTimeout(700);
    const before = letters.length;
    letters = await source.letters();
    if (letters.length === before) return letters;
  }
}

/** The first worker to make the folder shows the letter. Each run begins without these folders. */
function claim(letter: string): boolean {
  const claims = join(test.info().project.outputDir, 'letters');
  mkdirSync(claims, { recursive: true });
  try {
    mkdirSync(join(claims, letter.replaceAll('/', ' ')));
    return true;
  } catch {
    return false;
  }
}
