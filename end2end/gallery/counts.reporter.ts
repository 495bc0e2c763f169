// Prints the table of what each journey takes, as Markdown.
import type { FullConfig, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';
import type { Count } from './walker.ts';

type Row = Count & { steps: string[] };

export default class CountsReporter implements Reporter {
  readonly #rows = new Map<string, Row | undefined>();

  onBegin(_: FullConfig, suite: Suite): void {
    for (const test of suite.allTests()) this.#rows.set(test.title, undefined);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const count = result.attachments.find(({ name }) => name === 'count')?.body;
    if (count) this.#rows.set(test.title, JSON.parse(String(count)) as Row);
    for (const { message } of result.errors) console.log(`✘ ${test.title}: ${message}`);
  }

  onEnd(): void {
    console.log('\n| journey | clicks | fields | pages | letters | steps |\n|---|---:|---:|---:|---:|---|');
    for (const [title, row] of this.#rows) {
      const { clicks, fields, pages, letters, steps } = row ?? { clicks: '?', fields: '?', pages: '?', letters: '?', steps: [] };
      console.log(`| ${title} | ${clicks} | ${fields} | ${pages} | ${letters} | ${steps.join(' · ')} |`);
    }
  }

  printsToStdio(): boolean {
    return true;
  }
}
