import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { RuleBlueprint, RuleTargetBlueprint } from '../../blueprint';
import { Authorizer } from '../../identity/authorize';
import { blueprintOf } from '../functions/function-of';
import { PLACE } from '../place';
import { queue, received, type RunningAws, runAws, topic, until } from './fixture';

const DEFAULT_BUS = busArn('default');
const INBOX = queue('inbox').arn;
const WORKER = 'arn:aws:lambda:us-east-1:000000000000:function:worker';

let aws: RunningAws;
afterEach(() => aws.close());

function busArn(name: string, region = 'us-east-1', account = '000000000000'): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}

const rule = (targets: RuleTargetBlueprint[], more: Partial<RuleBlueprint> = {}): RuleBlueprint => ({
  ...PLACE,
  logicalId: 'Rule',
  name: 'rule',
  arn: 'arn:aws:events:us-east-1:000000000000:rule/rule',
  busArn: DEFAULT_BUS,
  eventPattern: '{"source":["shop"]}',
  targets,
  ...more,
});

async function start(rules: RuleBlueprint[], options: Partial<Parameters<typeof runAws>[0]> = {}) {
  const events: unknown[] = [];
  aws = await runAws({
    rules,
    queues: [queue('inbox'), queue('other'), queue('inbox.fifo')],
    functions: [blueprintOf('', { name: 'worker', arn: WORKER })],
    now: () => Date.UTC(2026, 0, 1),
    async invoke(_functionArn, event) {
      events.push(JSON.parse(event));
      return { payload: null };
    },
    ...options,
  });
  return { events, ...aws.clients() };
}

const entry = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'shop',
  DetailType: 'Order',
  Detail: '{"id":7,"items":[{"name":"tea"}],"note":"say \\"hi\\""}',
  ...more,
});
const put = (...Entries: PutEventsRequestEntry[]) => new PutEventsCommand({ Entries });

test('a queue receives a matching event, in the form of AWS', async () => {
  const { eventBridge, sqs } = await start([rule([{ arn: INBOX }])]);
  const { FailedEntryCount, Entries } = await eventBridge.send(
    put(entry({ Source: 'other' }), entry({ Resources: ['arn:x'], Time: new Date(Date.UTC(2026, 1, 2, 3, 4, 5)) })),
  );
  expect(FailedEntryCount).toBe(0);
  const [message] = await received(sqs, 'inbox', 1);
  expect(JSON.parse(message?.Body ?? '')).toEqual({
    version: '0',
    id: Entries?.[1]?.EventId,
    'detail-type': 'Order',
    source: 'shop',
    account: '000000000000',
    time: '2026-02-02T03:04:05Z',
    region: 'us-east-1',
    resources: ['arn:x'],
    detail: { id: 7, items: [{ name: 'tea' }], note: 'say "hi"' },
  });
});

test('a function receives the event as an asynchronous event', async () => {
  const { eventBridge, events } = await start([rule([{ arn: WORKER }])]);
  await eventBridge.send(put(entry()));
  await until(async () => events.length > 0);
  expect(events).toMatchObject([{ 'detail-type': 'Order', time: '2026-01-01T00:00:00Z', detail: { id: 7 } }]);
});

test('a topic receives the event as its message', async () => {
  const subscription = {
    ...{ logicalId: 'S', arn: 'arn:s', protocol: 'sqs' as const, endpoint: INBOX, raw: true },
    filterPolicyScope: 'MessageAttributes' as const,
  };
  const news = topic('news', { subscriptions: [subscription] });
  const { eventBridge, sqs } = await start([rule([{ arn: news.arn }])], { topics: [news] });
  await eventBridge.send(put(entry()));
  const [message] = await received(sqs, 'inbox', 1);
  expect(JSON.parse(message?.Body ?? '')).toMatchObject({ source: 'shop' });
});

test('a FIFO queue receives the event in the group of the target', async () => {
  const { eventBridge, sqs } = await start([rule([{ arn: queue('inbox.fifo').arn, messageGroupId: 'g' }])]);
  await eventBridge.send(put(entry()));
  const [message] = await received(sqs, 'inbox.fifo', 1);
  expect(message?.Attributes?.MessageGroupId).toBe('g');
});

test.each<[string, object, boolean]>([
  ['a value of the detail', { detail: { id: [7] } }, true],
  ['an element of a list of objects', { detail: { items: { name: ['tea'] } } }, true],
  ['a wildcard', { source: [{ wildcard: 's*p' }] }, true],
  ['the account', { account: ['000000000000'] }, true],
  ['another value', { detail: { id: [8] } }, false],
])('a rule with a pattern for %s decides about the event', async (_, pattern, matches) => {
  const rules = [
    rule([{ arn: INBOX, input: '"matched"' }], { eventPattern: JSON.stringify(pattern) }),
    rule([{ arn: INBOX, input: '"end"' }], { eventPattern: '{"detail-type":["End"]}' }),
  ];
  const { eventBridge, sqs } = await start(rules);
  await eventBridge.send(put(entry(), entry({ DetailType: 'End', Detail: '{}', Source: 'x' })));
  const messages = await received(sqs, 'inbox', matches ? 2 : 1);
  expect(messages.map(({ Body }) => Body).includes('"matched"')).toBe(matches);
});

describe('the input of a target', () => {
  const inputOf = async (target: Omit<RuleTargetBlueprint, 'arn'>) => {
    const { eventBridge, sqs } = await start([rule([{ arn: INBOX, ...target }])]);
    await eventBridge.send(put(entry()));
    return (await received(sqs, 'inbox', 1))[0]?.Body;
  };

  test('can be a constant', async () => {
    expect(await inputOf({ input: '{"a":1}' })).toBe('{"a":1}');
  });

  test.each([
    ['$.detail.id', '7'],
    ['$.detail', '{"id":7,"items":[{"name":"tea"}],"note":"say \\"hi\\""}'],
    ["$.detail['items'][0].name", '"tea"'],
    ['$.detail.missing', 'null'],
  ])('can be the part %s of the event', async (inputPath, input) => {
    expect(await inputOf({ inputPath })).toBe(input);
  });

  test('can be a template with parts of the event, as JSON and within text', async () => {
    const inputTransformer = {
      paths: { id: '$.detail.id', note: '$.detail.note', type: '$.detail-type', items: '$.detail.items' },
      template:
        '{"id": <id>, "note": <note>, "text": "<type> <id>: <note>", "items": <items>, "rule": "<aws.events.rule-name>", "keep": "<b>"}',
    };
    expect(JSON.parse((await inputOf({ inputTransformer })) ?? '')).toEqual({
      id: 7,
      note: 'say "hi"',
      text: 'Order 7: say "hi"',
      items: [{ name: 'tea' }],
      rule: 'rule',
      keep: '<b>',
    });
  });

  test('can contain the whole event', async () => {
    const inputTransformer = {
      paths: {},
      template: '{"event": <aws.events.event.json>, "rule": <aws.events.rule-arn>}',
    };
    expect(JSON.parse((await inputOf({ inputTransformer })) ?? '')).toMatchObject({
      event: { source: 'shop', detail: { id: 7 } },
      rule: 'arn:aws:events:us-east-1:000000000000:rule/rule',
    });
  });
});

describe('an event bus', () => {
  const remote = busArn('remote', 'eu-west-1', '111111111111');
  const third = busArn('third');
  const bus = (arn: string) => ({ ...PLACE, logicalId: arn, name: arn.split('/').at(-1) ?? '', arn });

  test('of another Region and account receives the event unchanged, and does not forward it again', async () => {
    const rules = [
      rule([{ arn: remote }]),
      rule([{ arn: INBOX }, { arn: third }], { busArn: remote }),
      rule([{ arn: queue('other').arn }], { busArn: third }),
    ];
    const { eventBridge, sqs } = await start(rules, { eventBuses: [bus(remote), bus(third)] });
    await eventBridge.send(put(entry()));
    const [message] = await received(sqs, 'inbox', 1);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ account: '000000000000', region: 'us-east-1' });
    await eventBridge.send(put(entry({ EventBusName: third, DetailType: 'Direct' })));
    const [direct] = await received(sqs, 'other', 1);
    expect(JSON.parse(direct?.Body ?? '')).toMatchObject({ 'detail-type': 'Direct' });
  });

  test('receives no event without the permission of the role of the target, which goes to the dead-letter queue', async () => {
    const arn = 'arn:aws:iam::000000000000:role/Forward';
    const role = { logicalId: 'R', name: 'R', arn, policies: [], managedPolicyArns: [] };
    const rules = [rule([{ arn: remote, roleArn: arn, deadLetterArn: INBOX }])];
    const { eventBridge, sqs } = await start(rules, {
      eventBuses: [bus(remote)],
      authorizer: new Authorizer([role], 'on'),
    });
    await eventBridge.send(put(entry()));
    const [message] = await received(sqs, 'inbox', 1);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ source: 'shop' });
    expect(message?.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: 'arn:aws:events:us-east-1:000000000000:rule/rule' },
      TARGET_ARN: { StringValue: remote },
      ERROR_MESSAGE: { StringValue: expect.stringContaining('events:PutEvents') },
    });
    expect(aws.logged[0]?.text).toContain(`not allowed to call events:PutEvents on ${remote}`);
  });

  test('is selected by name, and an event for an unknown one is dropped with a line in the log', async () => {
    const rules = [rule([{ arn: INBOX }], { busArn: third })];
    const { eventBridge, sqs } = await start(rules, { eventBuses: [bus(third)] });
    const { FailedEntryCount } = await eventBridge.send(
      put(entry({ EventBusName: 'unknown' }), entry(), entry({ EventBusName: 'third', Detail: '{"id":8}' })),
    );
    expect(FailedEntryCount).toBe(0);
    const [message] = await received(sqs, 'inbox', 1);
    expect(JSON.parse(message?.Body ?? '').detail).toEqual({ id: 8 });
    expect(aws.logged.map(({ text }) => text)).toEqual([
      `PutEvents: an event of shop is dropped, because there is no event bus ${busArn('unknown')}`,
    ]);
  });
});

describe('PutEvents', () => {
  test.each<[Partial<PutEventsRequestEntry>, string]>([
    [{ Source: undefined }, 'InvalidArgument'],
    [{ DetailType: '' }, 'InvalidArgument'],
    [{ Detail: undefined }, 'InvalidArgument'],
    [{ Detail: 'no JSON' }, 'MalformedDetail'],
    [{ Detail: '[1]' }, 'MalformedDetail'],
    [{ Source: 'aws.s3' }, 'NotAuthorizedForSourceException'],
  ])('reports the entry %j, and accepts the others', async (more, ErrorCode) => {
    const { eventBridge } = await start([]);
    const { FailedEntryCount, Entries } = await eventBridge.send(put(entry(more), entry()));
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toMatchObject([{ ErrorCode }, { EventId: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
  });

  test.each([
    ['no entry', []],
    ['11 entries', Array.from({ length: 11 }, () => entry())],
    ['more than 256 KB', [1, 2].map(() => entry({ Detail: JSON.stringify({ text: 'x'.repeat(140_000) }) }))],
  ])('rejects a request with %s', async (_, entries) => {
    const { eventBridge } = await start([]);
    await expect(eventBridge.send(put(...entries))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('requires permission on the event bus', async () => {
    const arn = 'arn:aws:iam::000000000000:role/Sender';
    const Statement = [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn('third') }];
    const policies = [{ name: 'p', document: { Version: '2012-10-17', Statement } }];
    const authorizer = new Authorizer([{ logicalId: 'R', name: 'R', arn, policies, managedPolicyArns: [] }], 'on');
    await start([], { authorizer });
    const { eventBridge } = aws.clients(arn);
    await eventBridge.send(put(entry({ EventBusName: 'third' })));
    await expect(eventBridge.send(put(entry({ EventBusName: 'third' }), entry()))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`events:PutEvents on resource: ${DEFAULT_BUS}`),
    });
  });
});

test('a rule with an unknown operator is an error at start that names the rule', async () => {
  const rules = [rule([], { eventPattern: '{"source":[{"other":"x"}]}' })];
  await expect(start(rules)).rejects.toThrow('Rule: event pattern: .source has {"other":"x"}');
  await start([]);
});
