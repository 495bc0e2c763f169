// Takes the pictures of README.md: the overview, the sudo dialog and the reactivation page, light and dark.
import { join } from 'node:path';
import { test } from '../support/fixtures.ts';
import { ada } from '../support/steps.ts';
import { schemes, setColours } from './looks.ts';
import { firefoxOnAndroid, Stage } from './stage.ts';

const folder = join(import.meta.dirname, '../../docs/pictures');

/** About as wide as README.md is shown, and wide enough for the navigation at the side. */
const width = 960;
const [tall, low] = [760, 480];

test('overview, sudo dialog and reactivation', async ({ visitor, anotherVisitor, mailbox, server, guard }) => {
  const person = ada();
  const stage = new Stage(visitor, anotherVisitor, mailbox, server, guard, undefined, async ({ page }, name) => {
    await page.setViewportSize({ width, height: name === 'settings' ? tall : low });
    for (const scheme of schemes) {
      await setColours(page, scheme);
      await page.screenshot({ path: join(folder, `${name}-${scheme}.png`), animations: 'disabled' });
    }
  });

  await stage.register(person);
  await stage.post('update_profile', { name: 'Ada Lovelace' });
  await stage.signInFrom(firefoxOnAndroid, person);
  await stage.showAt('settings', 'signed in', '/users/settings');
  await visitor.open('/users/settings/email');
  await stage.openDialog('request_email_change', { new_email: 'countess@example.com' });
  await stage.show('sudo-dialog', 'to change the email');
  await stage.confirm(person);
  await stage.post('schedule_deletion', { confirmation: person.email });
  await stage.post('sign_in', { ...person, return_to: '' });
  await stage.showAt('reactivate', 'signed in', '/users/reactivate');
});
