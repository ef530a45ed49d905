import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { Limit, PROTOCOL, START } from '../../client/protocol';
import { parseClientFrame } from '../../lambda/realtime/parse-frame';
import { ERRORS } from '../../lambda/realtime/server-frame-schemas';
import { CLOSE_CODES, LIMITS } from '../../service/asyncapi';
import { EXAMPLES } from '../../service/frame-examples';
import { CLIENT_MESSAGES, SERVER_MESSAGES } from '../../service/frame-messages';

const document = readFileSync(join(__dirname, '../../docs/protocol.md'), 'utf8');
const examples = [...document.matchAll(/^ *```json(?: (\w+))?\n([\s\S]*?)^ *```/gm)].map(([, kind, text]) => ({
  kind,
  value: JSON.parse(text ?? ''),
  text: text ?? '',
}));
const of = (kind: string) => examples.filter((example) => example.kind === kind);

/** @returns the rows of the table under a heading, without quotes around codes. */
function rowsOf(heading: string): string[][] {
  const section = document.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => line.split(/ *\| */).slice(1, -1));
}

const code = (cell = '') => cell.replace(/^`(.*)`$/, '$1');
const ajv = new Ajv2020({
  strict: false,
  formats: { 'date-time': (text: string) => new Date(text).toISOString() === text },
});

it('docs/protocol.md has the version of the protocol in its title', () => {
  expect(document).toContain(`# The protocol \`${PROTOCOL}\``);
});

it('docs/protocol.md marks every example as client, server or history', () => {
  expect(examples.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['client', 'server', 'history']));
  expect(examples.filter(({ kind }) => !['client', 'server', 'history'].includes(kind ?? ''))).toEqual([]);
});

it('docs/protocol.md shows the frames that are the examples of the AsyncAPI document', () => {
  const shown = (kind: string) => of(kind).map(({ value }) => value);
  const exemplary = (names: object) =>
    Object.keys(names).map((name): object => EXAMPLES[name as keyof typeof EXAMPLES]);
  expect(new Set(shown('client'))).toEqual(new Set(exemplary(CLIENT_MESSAGES)));
  expect(new Set(shown('server'))).toEqual(new Set(exemplary(SERVER_MESSAGES)));
});

it.each(Object.entries(CLIENT_MESSAGES))('the example of the frame %s is accepted by the functions', (name) => {
  const frame = EXAMPLES[name as keyof typeof CLIENT_MESSAGES];
  expect(parseClientFrame(JSON.stringify(frame))).toEqual({ frame });
});

it.each(Object.entries(SERVER_MESSAGES))('the example of the frame %s matches its schema', (name, schema) => {
  const matches = ajv.compile(schema);
  matches(EXAMPLES[name as keyof typeof SERVER_MESSAGES]);
  expect(matches.errors).toBeNull();
});

it('docs/protocol.md shows a page of history whose messages are messages of its topic', () => {
  const [{ value } = { value: {} }] = of('history');
  const { topic, messages, recovered, ...head } = value;
  const matches = ajv.compile(SERVER_MESSAGES.message);
  messages.forEach((each: object) => matches({ type: 'message', topic, ...each }));
  expect([messages.length, matches.errors, recovered]).toEqual([1, null, true]);
  expect(Object.keys(head)).toEqual(Object.keys(START));
});

it('docs/protocol.md and the AsyncAPI document have the same error codes, with the same meanings', () => {
  expect(rowsOf('Error codes').map(([name, meaning]) => [code(name), meaning])).toEqual(Object.entries(ERRORS));
});

it('docs/protocol.md and the AsyncAPI document have the same close codes', () => {
  expect(rowsOf('Close codes')).toEqual(Object.entries(CLOSE_CODES));
});

it('docs/protocol.md has the limits of the AsyncAPI document', () => {
  const rows = rowsOf('Limits').map(([limit, value = '', exceeded]) => [
    limit,
    value.replace(/ \(`\w+`\)$/, ''),
    code(exceeded),
  ]);
  expect(rows).toEqual(expect.arrayContaining(LIMITS.map((row) => [...row])));
});

it.each(Object.entries(Limit))('docs/protocol.md states the limit %s as %i', (name, value) => {
  expect(document).toMatch(new RegExp(`^\\|[^|]*\\| ${value}\\b[^|]*\`${name}\``, 'm'));
});
