import { type Code, TwinlaneError } from './error';
import { DATA_BYTES, DATA_DEPTH } from './protocol';

/** With the flag `u`, a surrogate matches only if it is not part of a pair. */
const UNPAIRED = /\p{Cs}/u;

/**
 * Converts data to JSON. Throws a {@link TwinlaneError} for data that readers would not receive as it is: `invalid_data`, or
 * `too_large`. As in `JSON.stringify`, `toJSON` is called, and undefined properties of objects are left out.
 */
export function serialize(data: unknown): string {
  /** Keys from the data to each object in it. */
  const paths = new Map<unknown, string[]>();
  let path: string[] = [];
  let code: Code = 'invalid_data';
  try {
    const text = JSON.stringify(data, function (this: unknown, key: string, value: unknown) {
      const parent = paths.get(this);
      path = parent ? [...parent, key] : [];
      const problem = problemOf(value, !parent || Array.isArray(this), key);
      if (problem) {
        throw new Error(problem);
      }
      if (typeof value === 'object' && value) {
        if (path.length >= DATA_DEPTH) {
          code = 'too_large';
          throw new Error(`nested deeper than ${DATA_DEPTH} levels`);
        }
        paths.set(value, path);
      }
      return value;
    });
    // `TextEncoder` is missing in React Native.
    const bytes = encodeURIComponent(text).replace(/%../g, '_').length;
    if (bytes > DATA_BYTES) {
      path = [];
      code = 'too_large';
      throw new Error(`${bytes} bytes of JSON, the limit is ${DATA_BYTES}`);
    }
    return text;
  } catch (error) {
    // Also the errors of JSON.stringify, for a bigint or an object that contains itself.
    const at = path.map((key) => (Number(key) >= 0 ? `[${key}]` : `.${key}`)).join('');
    throw new TwinlaneError(code, `data${at}: ${(error as Error).message}`);
  }
}

/** @param required true if the value cannot be left out. @returns why JSON does not keep a value */
function problemOf(value: unknown, required: boolean, key: string): string | false {
  const kind = typeof value;
  const name = kind === 'object' && value ? value.constructor?.name : undefined;
  if (UNPAIRED.test(kind === 'string' ? `${key} ${value}` : key)) {
    return 'unpaired surrogate';
  }
  const changed =
    kind === 'number'
      ? !Number.isFinite(value)
      : // An object without properties that is an instance, such as a Map or a Promise, becomes {}.
        name
        ? ArrayBuffer.isView(value) ||
          (name !== 'Object' && !Array.isArray(value) && !Object.keys(value as object).length)
        : required && /^(und|fun|sym)/.test(kind);
  return changed && `${kind === 'number' ? value : (name ?? kind)} cannot be sent as JSON`;
}
