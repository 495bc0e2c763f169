// What the script says about itself.
import { client } from './issuer.mjs';

const port = 3999;

export const options = {
  help: { type: 'boolean', short: 'h' },
  list: { type: 'boolean' },
  start: { type: 'string' },
  data: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  trace: { type: 'boolean' },
  'issuer-port': { type: 'string', default: String(port) },
  'not-loopback': { type: 'boolean' },
};

export const help = `usage: ./scripts/attack [OPTION]... URL
       ./scripts/attack [OPTION]... --start BINARY

Attacks a development server from outside and says of each attack: its id, what it tries, what the server
answered, and the verdict. \`refused\`: the attack did not work. \`SUCCEEDED\`: it worked. \`n/a\`: it cannot be tried
here, with the reason. \`BROKEN\`: a step that is no attack failed, so the case proves nothing.
The last line is \`n of m refused\`. The exit code is 1 if m - n is not 0.

Each run leaves some hundred accounts behind, and uses up the limits of the addresses 10.x: attack a server with
a fresh data folder, which you remove afterwards.

  --start BINARY      start this server with the settings below in a folder of its own, attack it, remove both.
                      LEPTOS_SITE_ROOT names the folder of its files.
  --data DIR          the data folder of the server, for the cases that count stored rows
  --only ID,...       only the cases whose ids begin so: guessing, bombing/reset
  --json FILE         the results for programs
  --list              the cases with the rows of docs/SECURITY-CHECKLIST.md that they try
  --trace             where a broken case failed
  --issuer-port PORT  where our own OpenID provider listens (default ${port})
  --not-loopback      WARNING: attack a server on another machine. Only for a server that you run yourself:
                      the attacks flood it, fill its disk and send letters.

The server needs, besides SIGNET_ENVIRONMENT=development (the default) and the development mailbox:

  SIGNET_SERVER__TRUSTED_PROXIES='["127.0.0.1"]'     many cases need many client addresses (X-Forwarded-For)
  SIGNET_PROVIDER__ATTACKER__NAME=Attacker           a provider in the attackers' hands, for forged answers
  SIGNET_PROVIDER__ATTACKER__KIND=oidc
  SIGNET_PROVIDER__ATTACKER__ISSUER=http://127.0.0.1:${port}
  SIGNET_PROVIDER__ATTACKER__CLIENT_ID=${client.id}
  SIGNET_PROVIDER__ATTACKER__CLIENT_SECRET=${client.secret}
`;
