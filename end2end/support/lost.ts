// Answers that do not arrive.
import { request as send } from 'node:http';
import type { Page } from '@playwright/test';

/** Headers that the connection sets for itself. */
const ofConnection = ['host', 'connection', 'content-length', 'accept-encoding'];

/** The next form that goes to a path reaches the server, and its answer is dropped on the way, with its cookies. */
export async function loseAnswer(page: Page, path: string): Promise<void> {
  const drop = async (route: Parameters<Parameters<Page['route']>[1]>[0]): Promise<void> => {
    const form = route.request();
    const all = Object.entries(await form.allHeaders());
    const headers = Object.fromEntries(all.filter(([name]) => !name.startsWith(':') && !ofConnection.includes(name)));
    await new Promise<void>((done, failed) => {
      const sent = send(form.url(), { method: form.method(), headers }, (answer) => answer.resume().once('end', () => done()));
      sent.once('error', failed);
      sent.end(form.postData() ?? '');
    });
    await route.abort('connectionreset');
  };
  await page.route(`**${path}`, drop, { times: 1 });
}
