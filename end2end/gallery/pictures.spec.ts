// Takes pictures of every scene: each state at three widths, light and dark, in every language.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { Letter } from '../support/mailbox.ts';
import { languages, type Language } from './languages.ts';
import { schemes, setColours, setUsual, setWidth, widths } from './looks.ts';
import type { PageName } from './pages.ts';
import { folder, pictured, type Picture } from './picture.ts';
import { play } from './play.ts';
import type { Stage } from './stage.ts';

play(
  () => languages,
  (language) => async (visitor, page, state) => takePictures(visitor.page, language, page, state),
  takeLetters,
);

async function takePictures(page: Page, language: Language, name: PageName, state: string): Promise<void> {
  for (const width of widths) {
    await setWidth(page, width);
    for (const scheme of schemes) {
      await setColours(page, scheme);
      await take(page, { page: name, state, width, scheme, language: language.id });
    }
  }
  await setUsual(page);
}

async function take(page: Page, picture: Picture): Promise<void> {
  const file = pictured(picture);
  await page.screenshot({ path: join(folder, file), fullPage: true, animations: 'disabled' });
  await test.info().attach('picture', { body: JSON.stringify({ ...picture, file }), contentType: 'application/json' });
}

/** Takes pictures of the letters that the scene caused, but of none whose subject has pictures already. */
async function takeLetters(stage: Stage, language: Language): Promise<void> {
  const letters = await everyLetter(stage);
  const untaken = letters.filter((letter) => claim(language, letter));
  if (untaken.length === 0) return;
  const { page } = await stage.anotherVisitor();
  for (const letter of untaken) {
    await page.setContent(letter.html);
    await takePictures(page, language, 'letter', letter.subject);
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

/** The first worker to make the folder takes the letter. */
function claim({ id }: Language, { subject }: Letter): boolean {
  const claimed = join(test.info().project.outputDir, 'letters', `${id} ${subject.replaceAll('/', ' ')}`);
  if (existsSync(claimed)) return false;
  try {
    mkdirSync(join(claimed, '..'), { recursive: true });
    mkdirSync(claimed);
    return true;
  } catch {
    return false;
  }
}
