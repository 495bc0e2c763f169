// The answer to a confirmation is lost on its way to Firefox. The session has a new token then, and Firefox has the old.
import { expect, register, test, type Fox } from '../support/firefox.ts';
import { Gate } from '../support/gate.ts';
import { ada } from '../support/steps.ts';

const person = ada();
const page = '/users/settings/email';
const wanted = 'lovelace@example.com';

/** Sends the form that needs sudo mode; ends where Signet asks for the password. */
async function askForSudo(fox: Fox, address: (path: string) => string): Promise<void> {
  await fox.goTo(address(page));
  await fox.submit({ 'New email': wanted }, 'Change email');
  await fox.field('Password', 'Confirm');
}

test('a person whose confirmation got no answer is still signed in, and confirms again', async ({ fox, server, mailbox }) => {
  await register(fox, mailbox, person);

  // Cookies belong to the host, whatever its port.
  const gate = await Gate.before(server.url);
  try {
    const address = (path: string) => gate.of(server.url + path);
    await askForSudo(fox, address);
    await fox.fill({ Password: person.password }, 'Confirm');
    const lost = gate.loseAnswers();
    await fox.pressInVain('Confirm');
    await lost;
    if (fox.javascript) await fox.expectText("We couldn't reach the server");
    await gate.open();

    await askForSudo(fox, address);
    await fox.submit({ Password: person.password }, 'Confirm');
    await fox.at(page);
    expect(await fox.valueOf('New email', 'Change email')).toBe(wanted);
    await fox.press('Change email');
    await mailbox.link(wanted, 'confirmEmail');
    await fox.expectSignedIn();
  } finally {
    await gate.shut();
  }
});
