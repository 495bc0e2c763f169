// Collects the pictures of a run, and writes the page to look through them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';
import { contents } from './contents.ts';
import { languages } from './languages.ts';
import { pages, type PageName } from './pages.ts';
import { folder, type Picture } from './picture.ts';
import { scenes } from './scenes.ts';

export type Taken = Picture & { file: string };

export default class GalleryReporter implements Reporter {
  readonly #started = Date.now();
  readonly #scenes = new Map<string, Taken[]>();
  #isWhole = false;
  #failed = 0;

  onBegin(_: FullConfig, suite: Suite): void {
    this.#isWhole = suite.allTests().length === scenes.length * languages.length;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    // The order of the scenes is that of their list, whichever ends first.
    for (const test of suite.allTests()) this.#scenes.set(test.id, []);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const taken = result.attachments.flatMap(({ name, body }) => (name === 'picture' && body ? [JSON.parse(String(body)) as Taken] : []));
    this.#scenes.set(test.id, taken);
    const title = test.titlePath().slice(-2).join(': ');
    console.log(`${result.status === 'passed' ? ' ' : '✘'} ${title}: ${taken.length} pictures in ${(result.duration / 1000).toFixed(1)} s`);
    if (result.status === 'passed') return;
    this.#failed++;
    for (const { message, location } of result.errors) console.log(message, location ? `${location.file}:${location.line}` : '');
  }

  async onEnd(): Promise<{ status: FullResult['status'] }> {
    const taken = [...this.#scenes.values()].flat();
    writeFileSync(join(folder, 'index.html'), contents(taken));
    const missing = this.#isWhole ? withoutPicture(taken) : [];
    for (const page of missing) console.log(`✘ no scene shows the page '${page}'`);
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    console.log(`${taken.length} pictures in ${seconds} s: ${join(folder, 'index.html')}`);
    return { status: this.#failed + missing.length ? 'failed' : 'passed' };
  }

  printsToStdio(): boolean {
    return true;
  }
}

function withoutPicture(taken: readonly Taken[]): PageName[] {
  const shown = new Set(taken.map(({ page }) => page));
  return (Object.keys(pages) as PageName[]).filter((page) => !shown.has(page));
}
