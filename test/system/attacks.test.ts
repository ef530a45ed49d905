/** Attacks on the app that `npm start` runs. docs/attacks.md contains a table of them. */
import { join } from 'node:path';
import { expectTable } from '../support/generated-table';
import { type Attacks, FORGED, type Here, isServed, published, raw, SECRET, statusesIn } from './attacks/attack';
import { apiGateway } from './attacks/api-gateway';
import { connections } from './attacks/connections';
import { frames } from './attacks/frames';
import { gateway } from './attacks/gateway';
import { apiBehindGateway, publicLoadBalancers, secretOf, withSecret } from './attacks/gateway-origins';
import { handshakes } from './attacks/handshakes';
import { requests, SPOOFED_ADDRESS } from './attacks/requests';
import { servers } from './attacks/servers';
import { publishing, smuggling, smugglingThroughGateway } from './attacks/smuggling';
import { tickets } from './attacks/tickets';
import { tokens } from './attacks/tokens';
import { topics } from './attacks/topics';
import { newTicket, somebody } from './caller';
import { Client, newTopic } from './client';
import { type CombinationName, startHere } from './place';

jest.setTimeout(30_000);

/** Attacks on what both entries of the WebSocket lane have in common. */
const SHARED = { handshakes, tickets, frames, connections } satisfies Record<string, Attacks>;

/**
 * Attacks by area, for each combination. Areas of the HTTP lane, and of code that does not depend on the entry, are attacked once, and
 * again behind a gateway if they depend on what it forwards: headers, paths and the ends of requests.
 */
const AREAS = {
  apiGateway: { ...SHARED, 'API Gateway': apiGateway, tokens, topics, requests, smuggling },
  servers: { ...SHARED, servers },
  gateway: {
    ...{ handshakes, tickets, requests },
    'smuggling through a gateway': smugglingThroughGateway,
    gateway,
    'API behind a gateway': apiBehindGateway,
  },
  'gateway with public load balancers': { gateway, 'public load balancers': publicLoadBalancers },
} satisfies Partial<Record<CombinationName, Record<string, Attacks>>>;

const ATTACKED = Object.keys(AREAS) as (keyof typeof AREAS)[];

const DOCS = join(__dirname, '../../docs');

const TOKEN = /eyJ[\w-]+\./;
/** 43 characters of base64url: a ticket, or the SHA-256 of one. */
const TICKET = /(?<![\w-])[\w-]{43}(?![\w-])/;

describe.each(ATTACKED)('with the combination %s,', (name) => {
  let here: Here;

  beforeAll(async () => {
    here = await startHere(name);
  }, 60_000);

  afterEach(() => Client.closeAll());

  // The log is complete only after the app has stopped.
  afterAll(async () => {
    here.local.connections.close();
    await here.local.app.stop();
    // The name of a lane in its metrics can have the form of a ticket.
    const log = here.local.app.log.map(({ text }) => text.replace(/"Lane":"[\w-]+"/, ''));
    expect(log.filter((text) => text.includes('POST /v1/tickets 201')).length).toBeGreaterThan(0);
    expect(log.filter((text) => text.includes(SECRET) || text.includes(SPOOFED_ADDRESS))).toEqual([]);
    expect(log.filter((text) => TOKEN.test(text) || TICKET.test(text))).toEqual([]);
    const secret = secretOf(here);
    expect(log.filter((text) => secret && text.includes(secret))).toEqual([]);
    expect(log.filter((text) => text.includes(FORGED) && /[\r\n]/.test(text))).toEqual([]);
  });

  describe.each(Object.entries<Attacks>(AREAS[name]))('the app resists attacks on %s:', (_, attacks) => {
    test.each(Object.entries(attacks))('%s', async (_, { attempt, gets }) => {
      expect(String(await attempt(here))).toBe(gets);
      await Client.closeAll();
      await isServed(here);
    });
  });

  if (name.startsWith('gateway')) {
    test('the lanes themselves serve a request and a handshake with the secret', async () => {
      expect(await withSecret(here)).toEqual([200, 101]);
    });
  }

  test('the request of the smuggling attacks is performed if it is sent as a separate request', async () => {
    const topic = newTopic();
    expect(statusesIn(await raw(here.httpUrl, await publishing(here, topic)))).toBe('201');
    expect(await published(here, topic)).toBe(1);
  });

  test('the patterns for secrets in the log match a token and a ticket', async () => {
    expect(await here.token(somebody())).toMatch(TOKEN);
    expect(await newTicket(here, somebody())).toMatch(TICKET);
  });
});

test('docs/attacks.md and docs/security.md contain the results of the attacks', () => {
  const all = Object.entries<Attacks>(Object.assign({}, ...Object.values(AREAS))).map(([area, attacks]) => ({
    area,
    attacks: Object.entries(attacks),
  }));
  const rows = all.flatMap(({ area, attacks }) =>
    attacks.map(([name, { outcome, gets }]) => [area, name, gets, outcome]),
  );
  expectTable(join(DOCS, 'attacks.md'), 'What attackers got', rows);
  const count = (attacks: [string, { outcome: string }][], wanted: string) =>
    String(attacks.filter(([, { outcome }]) => outcome === wanted).length);
  const total = { area: 'all', attacks: all.flatMap(({ attacks }) => attacks) };
  expectTable(
    join(DOCS, 'security.md'),
    'What was tried',
    [...all, total].map(({ area, attacks }) => [
      area,
      String(attacks.length),
      ...['refused', 'closed', 'no gain'].map((outcome) => count(attacks, outcome)),
    ]),
  );
});
