import { randomBytes } from 'node:crypto';
import { admit, type Handshake, parseOrigins } from '../../../lambda/realtime/admission';

const allowedOrigins = ['https://app.example.com', 'http://localhost:5173'];
const ownOrigin = 'https://ws.example.com';
const TICKET = randomBytes(32).toString('base64url');
const REFUSED = { admitted: false, status: 403 };

const anyone = (handshake: Handshake) => admit(handshake, { allowedOrigins, ownOrigin, ticketed: false });
const ticketed = (handshake: Handshake) => admit(handshake, { allowedOrigins, ownOrigin, ticketed: true });

it.each(allowedOrigins)('a client of the origin %s is admitted', (origin) => {
  expect(anyone({ origins: [origin], protocols: [] })).toEqual({ admitted: true, origins: [origin] });
});

it('a client that is not a browser and sends no origin is admitted', () => {
  expect(anyone({ origins: [], protocols: [] })).toEqual({ admitted: true, origins: [''] });
});

it('a client that sends the origin of the URL that it connects to is admitted as one without an origin', () => {
  const handshake = { origins: [ownOrigin], protocols: ['twinlane.v1', `ticket.${TICKET}`] };
  expect(anyone(handshake)).toMatchObject({ admitted: true, origins: [''] });
  expect(ticketed(handshake)).toMatchObject({ admitted: true, origins: [''] });
});

it('the origin of the URL that clients connect to has tickets of its pages and of programs if it is allowed', () => {
  const rules = { allowedOrigins: [ownOrigin, 'https://other.example.com'], ownOrigin, ticketed: false };
  const originsFor = (origins: string[]) => admit({ origins, protocols: [] }, rules);
  expect(originsFor([ownOrigin])).toMatchObject({ admitted: true, origins: [ownOrigin, ''] });
  expect(originsFor(['https://other.example.com'])).toMatchObject({ origins: ['https://other.example.com'] });
  expect(originsFor([])).toMatchObject({ origins: [''] });
});

it.each([
  '',
  'null',
  'http://ws.example.com',
  'https://ws.example.com:443',
  'https://ws.example.com/',
  'https://WS.example.com',
  'https://ws.example.com.evil.com',
  'https://evil.ws.example.com',
  'wss://ws.example.com',
  'https://app.example.com.evil.com',
  'https://evil.com/https://app.example.com',
  'http://app.example.com',
  'https://www.example.com',
  'https://APP.example.com',
  'https://app.example.com:443',
  'https://app.example.com/',
  'http://localhost:5174',
  'https://app.example.com, https://evil.com',
])('a client of the origin "%s" is refused, also with a ticket', (origin) => {
  const handshake = { origins: [origin], protocols: ['twinlane.v1', `ticket.${TICKET}`] };
  expect(anyone(handshake)).toEqual(REFUSED);
  expect(ticketed(handshake)).toEqual(REFUSED);
});

it.each([['https://evil.com'], ['http://localhost:5173'], [ownOrigin]])(
  'a handshake with an allowed origin and the origin %s is refused',
  (other) => {
    expect(anyone({ origins: ['https://app.example.com', other], protocols: [] })).toEqual(REFUSED);
  },
);

it.each([[['twinlane.v1']], [['ticket.abc, twinlane.v1']], [['ticket.abc', ' twinlane.v1 ']]])(
  'the protocol of Twinlane is chosen from %j',
  (protocols) => {
    expect(anyone({ origins: [], protocols })).toMatchObject({ admitted: true, protocol: 'twinlane.v1' });
  },
);

it.each([[[]], [['']], [['twinlane.v2']], [['TWINLANE.V1']], [['twinlane.v1x']]])(
  'no protocol is chosen from %j',
  (protocols) => {
    expect(anyone({ origins: [], protocols })).toMatchObject({ admitted: true, protocol: undefined });
  },
);

describe('with authentication, a handshake', () => {
  it.each([[[`twinlane.v1, ticket.${TICKET}`]], [['twinlane.v1', `ticket.${TICKET}`]]])(
    'is admitted with the ticket and the protocol in %j',
    (protocols) => {
      expect(ticketed({ origins: [], protocols })).toEqual({
        admitted: true,
        protocol: 'twinlane.v1',
        origins: [''],
        ticket: TICKET,
      });
    },
  );

  it.each<[string, string]>([
    ['no subprotocols', ''],
    ['the protocol alone', 'twinlane.v1'],
    ['a ticket without the protocol', `ticket.${TICKET}`],
    ['a ticket with another protocol', `twinlane.v2, ticket.${TICKET}`],
    ['two tickets', `twinlane.v1, ticket.${TICKET}, ticket.${TICKET}`],
    ['a ticket of 8 KB', `twinlane.v1, ticket.${'A'.repeat(8192)}`],
    ['a ticket that is not base64url', `twinlane.v1, ticket.${TICKET.slice(1)}=`],
  ])('is refused with %s', (_, protocols) => {
    expect(ticketed({ origins: [], protocols: [protocols] })).toEqual({ admitted: false, status: 401 });
  });
});

it('parseOrigins() reads a comma-separated list', () => {
  expect(parseOrigins(' https://a.example.com, http://localhost:5173 ,')).toEqual([
    'https://a.example.com',
    'http://localhost:5173',
  ]);
});
