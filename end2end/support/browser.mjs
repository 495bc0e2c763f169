// The browser that the tests drive: Playwright's own where it is installed, otherwise the system's Chromium. As a
// command this file prints the browser's path, and fails where there is none.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';

const candidates = [chromium.executablePath(), '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const browserPath = candidates.find((path) => existsSync(path));

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  console.log(browserPath ?? 'no browser found');
  process.exitCode = browserPath ? 0 : 1;
}
