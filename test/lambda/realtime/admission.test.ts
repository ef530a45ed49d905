import { admit, parseOrigins } from '../../../lambda/realtime/admission';

const allowed = ['https://app.example.com', 'http://localhost:5173'];

it.each(allowed)('admits a page of %s', (origin) => {
  expect(admit({ origins: [origin], protocols: [] }, allowed)).toEqual({ admitted: true });
});

it('admits a client that is no browser and sends no origin', () => {
  expect(admit({ origins: [], protocols: [] }, allowed)).toEqual({ admitted: true });
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
])('refuses a page of "%s"', (origin) => {
  expect(admit({ origins: [origin], protocols: [] }, allowed)).toEqual({ admitted: false });
});

it('refuses an allowed origin beside another', () => {
  expect(admit({ origins: ['https://app.example.com', 'https://evil.com'], protocols: [] }, allowed)).toEqual({
    admitted: false,
  });
});

it.each([[['twinlane.v1']], [['ticket.abc, twinlane.v1']], [['ticket.abc', ' twinlane.v1 ']]])(
  'chooses its protocol from %j, and no other',
  (protocols) => {
    expect(admit({ origins: [], protocols }, allowed)).toEqual({ admitted: true, protocol: 'twinlane.v1' });
  },
);

it.each([[[]], [['']], [['twinlane.v2']], [['TWINLANE.V1']], [['twinlane.v1x']]])(
  'chooses no protocol from %j',
  (protocols) => {
    expect(admit({ origins: [], protocols }, allowed)).toEqual({ admitted: true, protocol: undefined });
  },
);

it('reads a list of origins', () => {
  expect(parseOrigins(' https://a.example.com, http://localhost:5173 ,')).toEqual([
    'https://a.example.com',
    'http://localhost:5173',
  ]);
});
