import { randomBytes } from 'node:crypto';
import { admit, type Handshake, parseOrigins } from '../../../lambda/realtime/admission';

const allowedOrigins = ['https://app.example.com', 'http://localhost:5173'];
const TICKET = randomBytes(32).toString('base64url');
const REFUSED = { admitted: false, status: 403 };

const anyone = (handshake: Handshake) => admit(handshake, { allowedOrigins, ticketed: false });
const ticketed = (handshake: Handshake) => admit(handshake, { allowedOrigins, ticketed: true });

it.each(allowedOrigins)('admits a page of %s', (origin) => {
  expect(anyone({ origins: [origin], protocols: [] })).toEqual({ admitted: true, origin });
});

it('admits a client that is no browser and sends no origin', () => {
  expect(anyone({ origins: [], protocols: [] })).toEqual({ admitted: true, origin: '' });
});

it.each([
  '',
  'null',
  'https://app.example.com.evil.com',
  'https://evil.com/https://app.example.com',
  'http://app.example.com',
  'https://www.example.com',
  'https://APP.example.com',
  'https://app.example.com:443',
  'https://app.example.com/',
  'http://localhost:5174',
  'https://app.example.com, https://evil.com',
])('refuses a page of "%s", with a ticket too', (origin) => {
  const handshake = { origins: [origin], protocols: ['twinlane.v1', `ticket.${TICKET}`] };
  expect(anyone(handshake)).toEqual(REFUSED);
  expect(ticketed(handshake)).toEqual(REFUSED);
});

it.each([['https://evil.com'], ['http://localhost:5173']])('refuses an allowed origin beside %s', (other) => {
  expect(anyone({ origins: ['https://app.example.com', other], protocols: [] })).toEqual(REFUSED);
});

it.each([[['twinlane.v1']], [['ticket.abc, twinlane.v1']], [['ticket.abc', ' twinlane.v1 ']]])(
  'chooses its protocol from %j, and no other',
  (protocols) => {
    expect(anyone({ origins: [], protocols })).toMatchObject({ admitted: true, protocol: 'twinlane.v1' });
  },
);

it.each([[[]], [['']], [['twinlane.v2']], [['TWINLANE.V1']], [['twinlane.v1x']]])(
  'chooses no protocol from %j',
  (protocols) => {
    expect(anyone({ origins: [], protocols })).toMatchObject({ admitted: true, protocol: undefined });
  },
);

describe('where clients are authenticated', () => {
  it.each([[[`twinlane.v1, ticket.${TICKET}`]], [['twinlane.v1', `ticket.${TICKET}`]]])(
    'takes the ticket and the protocol from %j',
    (protocols) => {
      expect(ticketed({ origins: [], protocols })).toEqual({
        admitted: true,
        protocol: 'twinlane.v1',
        origin: '',
        ticket: TICKET,
      });
    },
  );

  it.each<[string, string]>([
    ['nothing', ''],
    ['the protocol alone', 'twinlane.v1'],
    ['a ticket without the protocol', `ticket.${TICKET}`],
    ['a ticket with another protocol', `twinlane.v2, ticket.${TICKET}`],
    ['two tickets', `twinlane.v1, ticket.${TICKET}, ticket.${TICKET}`],
    ['8 KB', `twinlane.v1, ticket.${'A'.repeat(8192)}`],
    ['no base64url', `twinlane.v1, ticket.${TICKET.slice(1)}=`],
  ])('refuses %s', (_, protocols) => {
    expect(ticketed({ origins: [], protocols: [protocols] })).toEqual({ admitted: false, status: 401 });
  });
});

it('reads a list of origins', () => {
  expect(parseOrigins(' https://a.example.com, http://localhost:5173 ,')).toEqual([
    'https://a.example.com',
    'http://localhost:5173',
  ]);
});
