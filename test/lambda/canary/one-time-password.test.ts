import { oneTimePassword } from '../../../lambda/canary/one-time-password';

/** The secret of RFC 6238, appendix B, `12345678901234567890`, in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** Seconds since 1970 and passwords of appendix B, of which the last 6 of 8 digits are those of a password of 6 digits. */
test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('the password at %i s is that of RFC 6238: the end of %s', (seconds, password) => {
  expect(oneTimePassword(SECRET, seconds * 1000)).toBe(password.slice(2));
});

test('a secret can have lower case, spaces and padding', () => {
  expect(oneTimePassword(' gezd gnbv gy3t qojq gezd gnbv gy3t qojq ==', 59_000)).toBe('287082');
});

test('a secret that is not in base32 is refused, and is not in the error', () => {
  expect(() => oneTimePassword('SECRET18', 0)).toThrow(/^The secret of the one-time passwords must be in base32/);
});
