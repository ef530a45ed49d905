import fc from 'fast-check';
import { errorFields, type Line, logLine } from '../../lambda/logger';

/** @returns the text that a function writes to standard output. */
function written(log: () => void): string {
  const chunks: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  try {
    log();
  } finally {
    write.mockRestore();
  }
  return chunks.join('');
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\r\n{"event":"forged"}', '\n', '\r', '\u2028', '\ud800', '"}\n{"', '\x1b[2J', '__proto__'),
);

const line = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(undefined)));

describe('a log line', () => {
  test('is one line of JSON, regardless of its fields', () => {
    fc.assert(
      fc.property(line, (fields: Line) => {
        const output = written(() => logLine(fields));
        expect(output).toMatch(/^\{[^\r\n]*\}\n$/);
        expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(fields)));
      }),
    );
  });

  test('for an error contains the name of the error and its stack', () => {
    const { error, stack } = errorFields(new TypeError('x is not a function'));
    expect(error).toBe('TypeError');
    expect(stack).toMatch(/^ {4}at .+logger\.test/);
  });

  test('for an error does not contain its message, even if the message looks like a stack', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('', '\n    at '), (secret, prefix) => {
        const message = `${prefix}<${secret}>\n    at <${secret}>`;
        expect(errorFields(new Error(message)).stack).not.toContain(`<${secret}>`);
      }),
    );
  });

  test('for an error whose message was changed has no stack, because the stack contains the original message', () => {
    const error = new Error('\n    at secret');
    expect(error.stack).toContain('secret');
    error.message = 'changed';
    expect(errorFields(error)).toEqual({ error: 'Error', stack: undefined });
  });

  test('for a thrown value that is not an Error contains its type', () => {
    expect(errorFields('secret')).toEqual({ error: 'string' });
  });
});
