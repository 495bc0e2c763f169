// The command that makes the pictures: ./scripts/gallery.
import { defineConfig } from '@playwright/test';
import usual from '../playwright.config.ts';

/** The one of this folder's specs to run. */
const spec = process.env.SIGNET_GALLERY ?? 'pictures.spec.ts';

const reporters: Record<string, string> = { 'pictures.spec.ts': './reporter.ts', 'counts.spec.ts': './counts.reporter.ts' };

export default defineConfig({
  ...usual,
  testDir: '.',
  outputDir: '../test-results/gallery',
  testMatch: spec,
  grepInvert: undefined,
  projects: [{ name: 'gallery', use: { trace: 'off', screenshot: 'off' } }],
  reporter: [[reporters[spec] ?? 'line']],
});
