// The ways to look at a page: the widths of screens, and light, dark or forced colours.
import type { Page } from '@playwright/test';

export const widths = [320, 390, 1280] as const;
export const schemes = ['light', 'dark'] as const;

export type Width = (typeof widths)[number];

/** Forced colours are those of the system's own high contrast. */
export type Colours = (typeof schemes)[number] | 'forced';

export const everyColours: readonly Colours[] = [...schemes, 'forced'];

const height = 844;

/** The width that pages have while a scene is played. */
export const usual: Width = 1280;

export async function setWidth(page: Page, width: Width): Promise<void> {
  await page.setViewportSize({ width, height });
}

export async function setColours(page: Page, colours: Colours): Promise<void> {
  await page.emulateMedia({
    colorScheme: colours === 'dark' ? 'dark' : 'light',
    forcedColors: colours === 'forced' ? 'active' : 'none',
    reducedMotion: 'reduce',
  });
}

/** Puts the page back to how scenes are played. */
export async function setUsual(page: Page): Promise<void> {
  await setWidth(page, usual);
  await setColours(page, 'light');
}
