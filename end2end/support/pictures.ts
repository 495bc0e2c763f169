// Pictures of pages at two widths, light and dark, in test-results/: nothing is wider than the screen, and axe
// finds nothing.
import { join } from 'node:path';
import { expectAccessible, expectNoSidewaysScrolling } from './accessible.ts';
import type { Visitor } from './visitor.ts';

const pictures = join(import.meta.dirname, '../test-results/pages');

const widths = [1280, 390] as const;
const schemes = ['light', 'dark'] as const;

/** Takes the pictures of the present page. */
export async function look(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor;
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 });
      await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      if (width === 390) await expectNoSidewaysScrolling(page);
    }
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 1280, height: 844 });
}

export async function lookAt(visitor: Visitor, name: string, address: string): Promise<void> {
  await visitor.open(address);
  await look(visitor, name);
}
