import { defineConfig } from '@playwright/test';
import { browserPath } from './support/browser.mjs';

/** Specs that do not depend on whether the browser runs JavaScript, so they run once. */
const once = /(guard|outages|overview|process)\.spec\.ts/;

/** The pages of every scene. Its failures name the page and the element, so it records no traces, which would slow it down. */
const looks = { name: 'looks', testMatch: /looks\.spec\.ts/, use: { trace: 'off' } } as const;

/** `./scripts/test long` runs only what need not run each time: every look of every page, and the tests tagged `@long`. */
const long = !!process.env.SIGNET_TEST_LONG;

/** `./scripts/test long` runs these by themselves, because another browser runs them. */
const inFirefox = !!process.env.SIGNET_TEST_FIREFOX;

// It starts for each journey, and types letter by letter.
const firefox = [
  { name: 'Firefox with JavaScript', testDir: 'firefox', timeout: 150_000, use: { javaScriptEnabled: true } },
  { name: 'Firefox without JavaScript', testDir: 'firefox', timeout: 150_000, use: { javaScriptEnabled: false } },
];

const daily = [
  { name: 'with JavaScript', testIgnore: [once, looks.testMatch], use: { javaScriptEnabled: true } },
  { name: 'without JavaScript', testIgnore: [once, looks.testMatch], use: { javaScriptEnabled: false } },
  { name: 'once', testMatch: once },
  looks,
];

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  // A journey is a dozen pages and some letters; if it takes longer, it hangs.
  timeout: 60_000,
  expect: { timeout: 8_000 },
  reporter: [['list', { printSteps: false }]],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: browserPath,
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    actionTimeout: 8_000,
    navigationTimeout: 15_000,
  },
  grepInvert: long ? undefined : /@long/,
  projects: projects(),
});

function projects() {
  if (inFirefox) return firefox;
  return long ? daily.map((project) => (project === looks ? looks : { ...project, grep: /@long/ })) : daily;
}
