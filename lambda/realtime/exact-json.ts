/** Strings and numbers of a valid JSON text. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** With the flag `u`, a surrogate matches only if it is not part of a pair. */
const UNPAIRED_SURROGATE = /\p{Surrogate}/u;

/** A double keeps every decimal number of 15 significant digits that is not extremely large or small. */
const ALWAYS_KEPT = /^[-\d.]{1,15}$/;

/** Number of significant digits that identify any double. Many languages print doubles with 17 digits, such as 0.10000000000000001. */
const DOUBLE_DIGITS = 17;

/**
 * Finds a value that readers of a message would not receive as it was sent, because `JSON.parse` changes it or because
 * UTF-8 cannot encode it. I-JSON (RFC 7493) excludes the same values.
 *
 * @param text a valid JSON text
 * @returns the reason of a refusal, or undefined if every value is kept
 */
export function inexactValue(text: string): string | undefined {
  for (const [token] of text.matchAll(TOKENS)) {
    if (token.startsWith('"')) {
      if (UNPAIRED_SURROGATE.test(token.includes('\\u') ? JSON.parse(token) : token)) {
        return 'A string has an unpaired surrogate (U+D800 to U+DFFF), which is not a character.';
      }
    } else if (!isKept(token)) {
      return `The number ${token.slice(0, 64)} exceeds the range or the precision of a double. Send it as a string.`;
    }
  }
  return undefined;
}

/**
 * A number is kept if `JSON.stringify` writes the same number. One that is not an integer is also kept if it has at most 17
 * significant digits, and the nearest double has the same ones.
 */
function isKept(token: string): boolean {
  if (ALWAYS_KEPT.test(token)) {
    return true;
  }
  const value = Number(token);
  const sent = decimalOf(token);
  if (!sent || !Number.isFinite(value)) {
    return false;
  }
  if (sameDecimal(sent, decimalOf(String(value)))) {
    return true;
  }
  const { length } = sent.digits;
  const isShort = length > 0 && length <= DOUBLE_DIGITS && !/^-?\d+$/.test(token);
  return isShort && sameDecimal(sent, decimalOf(value.toPrecision(length)));
}

/** A decimal number: `digits` × 10 to the power of `exponent`. */
interface Decimal {
  negative: boolean;
  /** Without zeros at either end; '' for zero. */
  digits: string;
  exponent: number;
}

function decimalOf(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = whole + fraction;
  let [start, end] = [0, all.length];
  // Not with a regular expression: /0+$/ takes quadratic time.
  while (all[start] === '0') {
    start += 1;
  }
  while (end > start && all[end - 1] === '0') {
    end -= 1;
  }
  return all === ''
    ? undefined
    : {
        negative: sign === '-',
        digits: all.slice(start, end),
        exponent: Number(exponent) - fraction.length + all.length - end,
      };
}

function sameDecimal(one: Decimal, other: Decimal | undefined): boolean {
  return (
    one.digits === other?.digits &&
    (one.digits === '' || (one.negative === other.negative && one.exponent === other.exponent))
  );
}
