import { plainUrl, wordsOf } from '../../../lambda/canary/check-failure';

test('several failed attempts to connect are described by the code of the first one', () => {
  const refused = Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' });
  expect(wordsOf(new AggregateError([refused], ''))).toBe('connection refused (ECONNREFUSED)');
});

test('an error without a code is described by its name, because its message can contain data', () => {
  expect([wordsOf(new RangeError('data')), wordsOf('data')]).toEqual(['RangeError', 'failed']);
});

test('a URL in a reason has no user, no query and no fragment', () => {
  expect(plainUrl('https://user:secret@api.example.com/a?b=c#d')).toBe('https://api.example.com/a');
});

test.each([
  ['HPE_INVALID_CONSTANT', 'the answer is not HTTP (HPE_INVALID_CONSTANT)'],
  ['EPROTO', 'the TLS handshake failed, for example because the server expects http:// or ws:// (EPROTO)'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'the TLS handshake failed, for example because the server expects'],
  ['EUNKNOWN', 'EUNKNOWN'],
])('the code %s is described in plain words, if there are any', (code, words) => {
  expect(wordsOf(Object.assign(new Error('data'), { code }))).toContain(words);
});

test('a URL in a reason has no user, also if the password contains an at sign', () => {
  expect(plainUrl('https://user:sec@ret@api.example.com/a')).toBe('https://api.example.com/a');
});
