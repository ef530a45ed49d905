import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { inexactValue } from '../../../lambda/realtime/exact-json';

const isKept = (text: string) => inexactValue(text) === undefined;
// Up to 1e308, because with 15 digits the largest doubles are rounded up to Infinity.
const double = fc.double({ noNaN: true, min: -1e308, max: 1e308 });

test.each([
  '1e400',
  '-1e400',
  '1e-400',
  '12345678901234567890',
  '9007199254740993',
  '-9007199254740993',
  '100000000000000010000',
  '1000000000000000130',
  '18446744073709551616',
  '3.14159265358979323846',
  '3e-324',
  `0.${'0'.repeat(400)}1`,
  `1${'0'.repeat(400)}`,
])('the number %s is refused, because JSON.parse changes it', (number) => {
  expect(inexactValue(`{"a":[true,${number}]}`)).toContain(number.slice(0, 64));
});

test.each([
  '0',
  '-0',
  '0e999',
  '0.000',
  '1e23',
  '1E+2',
  '1.50000000000000000000',
  '9007199254740991',
  '9007199254740994',
  '18446744073709552000',
  '0.1',
  '0.10000000000000001',
  '5e-324',
  '4.9406564584124654e-324',
  '1.7976931348623157e308',
  '1764261038.123456',
  '704702870416925.2',
])('the number %s is kept', (number) => {
  expect(inexactValue(`[${number}]`)).toBeUndefined();
});

test('every double is kept, written with the fewest digits or with 15 to 17 digits', () => {
  fc.assert(
    fc.property(double, fc.constantFrom(15, 16, 17), (value, digits) => {
      expect(isKept(JSON.stringify(value))).toBe(true);
      // An integer that is written without an exponent must be exact.
      const text = value.toPrecision(digits);
      expect(isKept(text) || /^-?\d+$/.test(text)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('an integer is kept if and only if JSON.stringify writes it as it was sent', () => {
  // 21 digits are the most that JSON.stringify writes without an exponent.
  const integer = fc.bigInt({ min: -(10n ** 21n) + 1n, max: 10n ** 21n - 1n });
  fc.assert(
    fc.property(
      fc.oneof(
        integer,
        double.map((value) => BigInt(Math.trunc(value % 1e21))),
      ),
      (value) => {
        expect(isKept(`${value}`)).toBe(JSON.stringify(JSON.parse(`${value}`)) === `${value}`);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a decimal fraction is refused if it has more digits than a double', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9]{18,40}$/), (digits) => {
      expect(isKept(`0.${digits}`)).toBe(false);
    }),
  );
});

test.each(['"\\ud800"', '{"\\udfff":1}', '"\\udc00\\ud800"', '["a","\\\\\\ud83d"]', '"\ud800"'])(
  'the text %j is refused, because it has an unpaired surrogate',
  (text) => {
    expect(inexactValue(text)).toContain('surrogate');
  },
);

test.each([
  '"\\ud83d\\ude00"',
  '"😀"',
  '"\\\\ud800"',
  '"\\ufffe\uffff"',
  '"\\u0000\\u001f\u007f"',
  '"1e400 \\" 1e400"',
])('the text %j is kept', (text) => {
  expect(inexactValue(text)).toBeUndefined();
});

test('every JSON value of JavaScript is kept', () => {
  fc.assert(fc.property(fc.json({ stringUnit: 'binary' }), (text) => expect(isKept(text)).toBe(true)));
});

test.each([
  `"${'\\\\'.repeat(16_000)}"`,
  `"${'x'.repeat(32_000)}"`,
  `1${'0'.repeat(32_000)}1`,
  `0.${'0'.repeat(32_000)}`,
])('the largest texts are checked without backtracking: %#', (text) => {
  // Backtracking would take longer on any machine. Without it, the check takes a few milliseconds.
  const timeout = 2_000;
  expect(() => runInNewContext('inexactValue(text)', { inexactValue, text }, { timeout })).not.toThrow();
});
