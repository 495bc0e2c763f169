// The scenes: the one list of what the gallery has pictures of, and of what looks.spec.ts checks.
import type { Settings } from '../support/server.ts';
import * as account from './scenes/account.ts';
import * as changes from './scenes/changes.ts';
import * as outside from './scenes/outside.ts';
import * as providers from './scenes/providers.ts';
import type { Stage } from './stage.ts';

export interface Scene {
  /** A sentence's subject: what the pictures show. */
  title: string;
  play: (stage: Stage) => Promise<void>;
  /** Settings of the scene's server. */
  settings?: Settings;
  /** Whether the server has the providers Acme and GitHub. */
  withProviders?: boolean;
  withoutJavascript?: boolean;
  /** Whether the scene waits for something, so that the daily run leaves it out. */
  isSlow?: boolean;
}

export const scenes: readonly Scene[] = [
  { title: 'signing up', play: outside.registering },
  { title: 'an account that is not confirmed', play: outside.unverified },
  { title: 'signing in', play: outside.signingIn },
  { title: 'a new password by a mailed link', play: outside.resetting },
  { title: 'too many attempts', play: outside.limited, settings: { SIGNET_LIMITS__ENABLED: 'true', SIGNET_LIMITS__FAILED_PROOFS_PER_ADDRESS: '2 per 5m' } },
  { title: 'dead ends', play: outside.deadEnds },
  { title: 'without JavaScript', play: outside.withoutJavascript, withoutJavascript: true },
  { title: 'a new account', play: account.fresh },
  { title: 'two accounts in one browser', play: account.ofAnother },
  { title: 'changing the password', play: account.changingPassword },
  { title: 'sudo mode', play: account.sudo },
  { title: 'sudo mode for a deletion', play: account.sudoForDeletion },
  { title: 'sessions', play: account.sessions },
  { title: 'a tab that was signed out elsewhere', play: account.signedOutElsewhere },
  { title: 'API tokens', play: account.tokens },
  { title: 'the security log', play: account.securityLog },
  { title: 'the form of an email change', play: changes.emailForm },
  { title: 'an email change', play: changes.emailChange },
  { title: 'an email change that is cancelled', play: changes.emailCancelled },
  { title: 'an export', play: changes.exporting },
  { title: 'a deletion', play: changes.deleting },
  { title: 'a deletion that the mailed link calls off', play: changes.kept },
  { title: 'rare letters', play: changes.rareLetters, isSlow: true, settings: { SIGNET_DELETION__GRACE_PERIOD: '12s', SIGNET_DELETION__REMINDERS: '["8s", "4s"]' } },
  { title: 'on the way to a provider', play: providers.beforeProvider, withProviders: true },
  { title: 'a provider that is down', play: providers.providerDown, withProviders: true },
  { title: 'a login without an address', play: providers.loginWithoutAddress, withProviders: true },
  { title: 'a login whose address is taken', play: providers.addressTaken, withProviders: true },
  { title: 'linking a provider', play: providers.linking, withProviders: true },
  { title: 'an account with a provider only', play: providers.providerOnly, withProviders: true },
  { title: 'a mailed code', play: providers.mailedCode, withProviders: true },
];
