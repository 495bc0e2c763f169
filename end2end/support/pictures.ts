// Pages on the screen of a phone, light and dark: nothing is wider than the screen, and axe finds nothing. The project
// `pictures` also takes pictures of them, at two widths, in test-results/.
import { test } from '@playwright/test';
import { join } from 'node:path';
import { expectAccessible, expectNoSidewaysScrolling } from './accessible.ts';
import type { Visitor } from './visitor.ts';

const pictures = join(import.meta.dirname, '../test-results/pages');

const phone = 390;
const widths = [1280, phone] as const;
const schemes = ['light', 'dark'] as const;

/** Checks the present page, and takes its pictures if they are wanted. */
export async function look(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor;
  const wanted = test.info().project.name === 'pictures';
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of wanted ? widths : [phone]) {
      await page.setViewportSize({ width, height: 844 });
      if (wanted) await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
    await expectNoSidewaysScrolling(page);
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 1280, height: 844 });
}

export async function lookAt(visitor: Visitor, name: string, address: string): Promise<void> {
  await visitor.open(address);
  await look(visitor, name);
}
