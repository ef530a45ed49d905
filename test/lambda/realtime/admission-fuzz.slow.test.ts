import fc from 'fast-check';
import { admit } from '../../../lambda/realtime/admission';
import { PROTOCOL } from '../../../client/protocol';
import { headerValues } from '../../../lambda/websocket-event';

jest.setTimeout(60_000);

/** Number of inputs of this file; see test/lambda/realtime/parse-frame-fuzz. */
const RUNS = 20_000;

const ALLOWED = ['https://app.example.com', 'http://localhost:5173'];

/** Origin of the URL that clients connect to. */
const OWN = 'https://ws.example.com';

const origin = fc.oneof(
  fc.constantFrom(
    ...ALLOWED,
    OWN,
    'http://ws.example.com',
    'https://ws.example.com:443',
    'null',
    '',
    'https://app.example.com.evil.com',
    'https://app.example.com:443',
    'https://APP.example.com',
    'https://app.example.com/',
    ' https://app.example.com',
    'https://app.example.com,https://evil.com',
    'http://app.example.com',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

const protocols = fc.oneof(
  fc
    .array(
      fc.oneof(
        fc.constantFrom(PROTOCOL, PROTOCOL.toUpperCase(), 'twinlane.v11', `ticket.${'A'.repeat(43)}`, 'ticket.', ''),
        fc.string({ unit: 'binary', maxLength: 12 }),
      ),
      { maxLength: 5 },
    )
    .map((names) => names.join(', ')),
  fc.constant('x,'.repeat(4096)),
);

/** Headers as API Gateway passes them: once, several times, or in two spellings. */
const headers = fc
  .record({
    origin: fc.array(origin, { maxLength: 2 }),
    Origin: fc.array(origin, { maxLength: 1 }),
    'Sec-WebSocket-Protocol': fc.array(protocols, { maxLength: 2 }),
    'sec-websocket-protocol': fc.array(protocols, { maxLength: 1 }),
    cookie: fc.array(fc.string(), { maxLength: 1 }),
    ['__proto__']: fc.array(fc.string(), { maxLength: 1 }),
  })
  .map((values) => Object.fromEntries(Object.entries(values).filter(([, list]) => list.length > 0)));

test(`none of ${RUNS} random handshakes is admitted from another origin or gets a subprotocol that it did not offer`, () => {
  const seen = { admitted: 0, refused: 0 };
  fc.assert(
    fc.property(headers, (multiValueHeaders) => {
      const event = {
        requestContext: { connectionId: 'c', connectedAt: 0 },
        isBase64Encoded: false,
        multiValueHeaders,
      };
      const origins = headerValues(event, 'origin');
      const offered = headerValues(event, 'sec-websocket-protocol');
      const admission = admit(
        { origins, protocols: offered },
        { allowedOrigins: ALLOWED, ownOrigin: OWN, ticketed: false },
      );
      seen[admission.admitted ? 'admitted' : 'refused'] += 1;
      expect(admission.admitted).toBe(
        origins.length < 2 && origins.every((value) => [...ALLOWED, OWN].includes(value)),
      );
      if (admission.admitted) {
        expect(admission.origins).toEqual([origins.find((value) => value !== OWN) ?? '']);
      }
      const names = offered
        .join()
        .split(',')
        .map((name) => name.trim());
      const tickets = names.filter((name) => name.startsWith('ticket.'));
      const ticketed = admit(
        { origins, protocols: offered },
        { allowedOrigins: ALLOWED, ownOrigin: OWN, ticketed: true },
      );
      expect(ticketed.admitted).toBe(
        admission.admitted && names.includes(PROTOCOL) && tickets.length === 1 && tickets[0]?.length === 50,
      );
      if (admission.admitted) {
        expect(admission.protocol).toBe(names.includes(PROTOCOL) ? PROTOCOL : undefined);
      }
    }),
    { numRuns: RUNS },
  );
  expect(Math.min(seen.admitted, seen.refused)).toBeGreaterThan(RUNS / 100);
});
