import { isTransient, ServiceException } from '../../../lambda/aws/service-exception';

test.each([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
])('an error with the code %s is transient, because the host can be back soon', (code) => {
  expect(isTransient(Object.assign(new Error(code), { code }))).toBe(true);
});

test.each(['ERR_TLS_CERT_ALTNAME_INVALID', undefined])('an error with the code %s is not transient', (code) => {
  expect(isTransient(Object.assign(new Error('failed'), { code }))).toBe(false);
});

test.each([
  ['ThrottlingException', 400, true],
  ['TooManyRequestsException', 400, true],
  ['AnyException', 429, true],
  ['InternalServerError', 500, true],
  ['ConditionalCheckFailedException', 400, false],
  ['AccessDeniedException', 403, false],
])('%s with the status %d is transient: %p', (name, status, transient) => {
  expect(isTransient(new ServiceException(name, 'message', status, {}))).toBe(transient);
});
