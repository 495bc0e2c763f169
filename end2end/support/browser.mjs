// The browser that the tests drive: Playwright's own where it is installed, otherwise the system's Chromium. The journeys
// of `firefox` drive the system's Firefox. As a command this file prints the path of the browser, or with the argument
// `firefox` that of Firefox, and fails where there is none.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';

const candidates = [chromium.executablePath(), '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const browserPath = candidates.find((path) => existsSync(path));

export const firefoxPath = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => existsSync(path));

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = process.argv[2] === 'firefox' ? firefoxPath : browserPath;
  console.log(found ?? 'no browser found');
  process.exitCode = found ? 0 : 1;
}
