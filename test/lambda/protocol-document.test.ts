import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, isMessageId, isTopic, Limit, PROTOCOL, type ServerFrame } from '../../client/protocol';
import { parseClientFrame } from '../../lambda/realtime/parse-frame';

const document = readFileSync(join(__dirname, '../../docs/protocol.md'), 'utf8');
const examples = [...document.matchAll(/^ *```json(?: (\w+))?\n([\s\S]*?)^ *```/gm)].map(([, kind, text]) => ({
  kind,
  value: JSON.parse(text ?? ''),
  text: text ?? '',
}));
const of = (kind: string) => examples.filter((example) => example.kind === kind);

/** @returns the cells in the first column of the table under a heading. */
function firstColumn(heading: string): string[] {
  const section = document.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `?(\w+)`? *\|/gm)].map(([, cell]) => cell ?? '').slice(1);
}

type Shape = Record<string, (value: unknown) => boolean>;
const isText = (value: unknown) => typeof value === 'string';
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isInstant = (value: unknown) => isText(value) && new Date(String(value)).toISOString() === value;
const isPosition = (value: unknown) => hasShape(value, position);
const position: Shape = { epoch: isText, sequence: isCount };
const message: Shape = { ...position, id: isMessageId, data: (value) => value !== undefined, publishedAt: isInstant };
const published: Shape = { topic: isTopic, ...position, id: isMessageId, publishedAt: isInstant };

const subscribed: Shape = { ...position, subscription: isMessageId };
const refusal: Shape = { code: (value) => ERROR_CODES.includes(value as never), message: isText, retryAfter: isCount };
/** Fields of the answer to a subscribe frame with several topics. */
const SEVERAL_SUBSCRIBED: Shape = {
  topics: (value) =>
    Object.entries(value as object).every(
      ([topic, result]) => isTopic(topic) && (hasShape(result, subscribed) || hasShape(result, refusal)),
    ),
  authorizedUntil: isInstant,
};

/** Fields of the server's frames, without `type` and the optional `ref`. The type requires that the list is complete. */
const SERVER_FRAMES: Record<ServerFrame['type'], Shape> = {
  subscribed: { topic: isTopic, ...subscribed, authorizedUntil: isInstant },
  unsubscribed: { topic: isTopic },
  published,
  pong: {
    positions: (value) => Object.entries(value as object).every(([topic, at]) => isTopic(topic) && isPosition(at)),
  },
  presence: { topic: isTopic, subscribers: isCount, exact: (value) => typeof value === 'boolean' },
  message: { topic: isTopic, ...message },
  messages: {
    messages: (value) => (value as unknown[]).every((each) => hasShape(each, { topic: isTopic, ...message })),
  },
  error: refusal,
};

function hasShape(value: unknown, shape: Shape): boolean {
  const fields = value as Record<string, unknown>;
  return (
    Object.keys(fields).every((key) => key in shape) &&
    Object.entries(shape).every(([key, holds]) => holds(fields[key]))
  );
}

it('docs/protocol.md has the version of the protocol in its title', () => {
  expect(document).toContain(`# The protocol \`${PROTOCOL}\``);
});

it('docs/protocol.md marks every example as client, server or history', () => {
  expect(examples.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['client', 'server', 'history']));
  expect(examples.filter(({ kind }) => !['client', 'server', 'history'].includes(kind ?? ''))).toEqual([]);
});

it('docs/protocol.md shows a valid frame for every action', () => {
  for (const { text, value } of of('client')) {
    expect(parseClientFrame(text)).toEqual({ frame: value });
  }
  const outcome = parseClientFrame('{}');
  const actions = 'error' in outcome ? outcome.error.message.replace(/^.* of /, '').split(', ') : [];
  expect(new Set(of('client').map(({ value }) => value.action))).toEqual(new Set(actions));
});

it('docs/protocol.md shows a valid frame for every type', () => {
  for (const { value } of of('server')) {
    const { type, ref, ...rest } = value;
    const shape = 'topics' in rest ? SEVERAL_SUBSCRIBED : SERVER_FRAMES[type as ServerFrame['type']];
    expect([value, hasShape(rest, shape)]).toEqual([value, true]);
    expect(ref === undefined || isText(ref)).toBe(true);
  }
  expect(new Set(of('server').map(({ value }) => value.type))).toEqual(new Set(Object.keys(SERVER_FRAMES)));
});

it('docs/protocol.md shows a valid page of history', () => {
  const [{ value } = { value: {} }] = of('history');
  const { topic, recovered, messages, ...head } = value;
  expect([isTopic(topic), typeof recovered, isPosition(head)]).toEqual([true, 'boolean', true]);
  expect(messages.every((each: unknown) => hasShape(each, message))).toBe(true);
});

it('docs/protocol.md lists every error code, and no others', () => {
  expect(firstColumn('Error codes').sort()).toEqual([...ERROR_CODES].sort());
});

it('docs/protocol.md lists the close codes of API Gateway', () => {
  expect(firstColumn('Close codes')).toEqual(['1000', '1001', '1003', '1005', '1009']);
});

it.each(Object.entries(Limit))('docs/protocol.md states the limit %s as %i', (name, value) => {
  expect(document).toMatch(new RegExp(`^\\|[^|]*\\| ${value}\\b[^|]*\`${name}\``, 'm'));
});
