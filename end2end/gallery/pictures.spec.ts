// Takes pictures of every scene: each state at three widths, light and dark, in every language.
import { join } from 'node:path';
import { test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { languages, type Language } from './languages.ts';
import { showLetters } from './letters.ts';
import { schemes, setColours, setUsual, setWidth, widths } from './looks.ts';
import type { PageName } from './pages.ts';
import { folder, pictured, type Picture } from './picture.ts';
import { play } from './play.ts';
import type { Look } from './stage.ts';

play(
  () => languages,
  (language) => camera(language),
  async (stage, language) => showLetters(stage, language, camera(language)),
);

function camera(language: Language): Look {
  return async ({ page }, name, state) => takePictures(page, language, name, state);
}

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
  // A dialog darkens what is on the screen, not the whole page.
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  await page.screenshot({ path: join(folder, file), fullPage, animations: 'disabled' });
  await test.info().attach('picture', { body: JSON.stringify({ ...picture, file }), contentType: 'application/json' });
}
