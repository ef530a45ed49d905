import { sqsText } from '../../../lambda/adapters/sqs-text';

/** Characters that SQS accepts, from the reference of SendMessageBatch. */
const ACCEPTED = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

it('SQS accepts every UTF-16 code unit in a JSON text, and the text has the same value', () => {
  for (let code = 0; code <= 0xffff; code++) {
    const value = `a${String.fromCharCode(code)}b`;
    const text = sqsText(JSON.stringify({ [value]: value }));
    if (!ACCEPTED.test(text) || JSON.parse(text)[value] !== value) {
      throw new Error(`U+${code.toString(16)} is ${JSON.stringify(text)}`);
    }
  }
});

it('SQS accepts characters outside the basic plane in a JSON text unescaped', () => {
  for (const code of [0x10000, 0x1f30d, 0x1fffe, 0x10ffff]) {
    const json = JSON.stringify(String.fromCodePoint(code));
    expect(sqsText(json)).toBe(json);
    expect(json).toMatch(ACCEPTED);
  }
});
