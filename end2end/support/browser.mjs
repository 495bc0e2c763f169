// Which browser the tests drive: Playwright's own where it is installed, else the system's Chromium.
// Run by itself it prints the path, and fails where there is none.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';

const candidates = [chromium.executablePath(), '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const browserPath = candidates.find((path) => existsSync(path));

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(browserPath ?? 'no browser found');
  process.exitCode = browserPath ? 0 : 1;
}
