import { GROUP } from '../../../lambda/realtime/group-commit';
import { parseHint } from '../../../lambda/realtime/hints';

const HINT = { topic: 'acme/room:1', epoch: 'e', first: 7, last: 9 };

it.each([
  ['of several messages', HINT],
  ['of one message', { ...HINT, last: 7 }],
  ['of a full group', { ...HINT, last: 7 + GROUP.count - 1 }],
  ['of a topic without a tenant', { ...HINT, topic: 'room' }],
])('parseHint() accepts a hint %s', (_, hint) => {
  expect(parseHint(JSON.stringify(hint))).toEqual(hint);
});

it('parseHint() ignores other members', () => {
  expect(parseHint(JSON.stringify({ ...HINT, messages: ['forged'] }))).toEqual(HINT);
});

it.each<[string, unknown]>([
  ['null', null],
  ['an array', []],
  ['a text', 'hint'],
  ['a number', 1],
  ['an empty object', {}],
  ['no topic', { ...HINT, topic: undefined }],
  ['a topic that is no text', { ...HINT, topic: 1 }],
  ['a topic with a #', { ...HINT, topic: 'a#b' }],
  ['an empty topic', { ...HINT, topic: '' }],
  ['no epoch', { ...HINT, epoch: undefined }],
  ['an empty epoch', { ...HINT, epoch: '' }],
  ['an epoch with a #, which could name the key of another mark', { ...HINT, epoch: 'e#1' }],
  ['a very long epoch', { ...HINT, epoch: 'e'.repeat(65) }],
  ['an epoch that is no text', { ...HINT, epoch: ['e'] }],
  ['no first sequence', { ...HINT, first: undefined }],
  ['a first sequence of 0', { ...HINT, first: 0 }],
  ['a negative first sequence', { ...HINT, first: -1 }],
  ['a fraction', { ...HINT, first: 7.5 }],
  ['a sequence as text', { ...HINT, first: '7' }],
  ['no last sequence', { ...HINT, last: undefined }],
  ['a last sequence that is not safe', { ...HINT, first: 2 ** 53, last: 2 ** 53 }],
  ['a last sequence before the first', { ...HINT, last: 6 }],
  ['more messages than a group', { ...HINT, last: 7 + GROUP.count }],
])('parseHint() throws for %s', (_, value) => {
  expect(() => parseHint(JSON.stringify(value))).toThrow('A hint must have');
});

it.each(['', 'no JSON', '{"topic":'])('parseHint() throws for the text %p', (text) => {
  expect(() => parseHint(text)).toThrow(SyntaxError);
});
