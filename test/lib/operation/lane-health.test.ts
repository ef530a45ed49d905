import { type App, NestedStack, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { LaneHealth } from '../../../lib/operation/lane-health';
import { Operation } from '../../../lib/operation/operation';
import { MessageLog } from '../../../lib/storage/message-log';
import { twinlane } from '../lanes';
import { synthesisError, testApp, testStack } from '../synthesized';
import { alarmsOf, watchedTwinlane, watchedWebSocketLane } from './watched-lanes';

/** @returns the composite alarms of a stack, by the end of their names */
function compositesOf(stack: Stack): Record<string, { readonly rule: string; readonly properties: object }> {
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::CompositeAlarm');
  return Object.fromEntries(
    Object.values(found).map(({ Properties }) => [
      Properties.AlarmName.replace(/^.*-/, ''),
      { rule: JSON.stringify(Properties.AlarmRule), properties: Properties },
    ]),
  );
}

describe('the health of the lanes', () => {
  const stack = testStack();
  const { operation } = watchedTwinlane(stack);
  const composites = compositesOf(stack);

  test('has a composite alarm for the HTTP lane, the WebSocket lane and the log', () => {
    expect(Object.keys(composites).sort()).toEqual(['http', 'log', 'websocket']);
  });

  test('notifies the topic when it changes, in both directions', () => {
    for (const { properties } of Object.values(composites)) {
      const topic = [{ Ref: expect.stringMatching(/^TwinLaneOperationAlarmTopic/) }];
      expect(properties).toMatchObject({ AlarmActions: topic, OKActions: topic });
    }
  });

  test('depends on every alarm of the lane, and on no alarm of another one', () => {
    const { http, webSocket, log } = operation?.health ?? {};
    const ids = (health = http) => health?.alarms.map(({ node }) => node.id);
    expect(ids(http)).toContain('http-errors');
    expect(ids(http)?.filter((id) => /^(websocket|delivery|log)/.test(id))).toEqual([]);
    expect(ids(webSocket)?.filter((id) => /^(http|delivery|log)/.test(id))).toEqual([]);
    expect(ids(log)?.filter((id) => /^(http|websocket|connection|admission|certificate)/.test(id))).toEqual([]);
    for (const [name, health] of Object.entries({ http, websocket: webSocket, log })) {
      for (const alarm of health?.alarms ?? []) {
        const [logicalId] = Object.values(stack.resolve(alarm.alarmArn)['Fn::GetAtt']);
        expect(composites[name]?.rule).toContain(`${logicalId as string}"`);
      }
    }
  });

  test('does not depend on alarms of conditions that last, which would hide what begins meanwhile', () => {
    const { http, webSocket, log } = operation?.health ?? {};
    const ids = (health = http) => health?.lastingAlarms.map(({ node }) => node.id);
    expect([ids(http), ids(webSocket), ids(log)]).toEqual([
      ['certificate'],
      ['certificate'],
      ['delivery-expiring', 'dead-letters'],
    ]);
    const rules = Object.values(composites).map(({ rule }) => rule);
    for (const alarm of [http, webSocket, log].flatMap((health) => health?.lastingAlarms ?? [])) {
      const [logicalId] = Object.values(stack.resolve(alarm.alarmArn)['Fn::GetAtt']);
      expect(rules.filter((rule) => rule.includes(`${logicalId as string}"`))).toEqual([]);
    }
  });

  test('lists the alarms that notify, of which those of all lanes are first and none is repeated', () => {
    expect(operation?.notifyingAlarms.map(({ node }) => node.path.split('/').slice(3).join('/'))).toEqual([
      ...['Http/Health', 'WebSocket/Health', 'Log/Health'],
      ...['certificate', 'Log/delivery-expiring', 'Log/dead-letters'],
    ]);
  });

  test('includes the alarms of shared resources for both lanes, but not for the log', () => {
    const { http, webSocket, log } = operation?.health ?? {};
    const has = (health = http) => health?.alarms.some(({ node }) => node.id === 'admission-table-throttles');
    expect([has(http), has(webSocket), has(log)]).toEqual([true, true, false]);
  });
});

test('a lane that stands alone has the health of that lane and of the log', () => {
  const stack = testStack();
  watchedWebSocketLane(stack);
  expect(Object.keys(compositesOf(stack)).sort()).toEqual(['log', 'websocket']);
});

test('a delivery without its log has a health', () => {
  const stack = testStack();
  const { delivery, revocation } = twinlane(stack);
  new Operation(stack, 'Operation', { ...(delivery && { delivery }), ...(revocation && { revocation }) });
  expect(Object.keys(compositesOf(stack))).toEqual(['log']);
  expect(alarmsOf(stack).map(({ AlarmName }) => AlarmName)).toContain('Test-dead-letters');
});

test('without an operation, there are no alarms', () => {
  const stack = testStack();
  expect(twinlane(stack).operation).toBeUndefined();
  Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', 0);
});

test('synthesis refuses a rule that is too long for CloudWatch', () => {
  const healthOf = (count: number) => (stack: Stack) =>
    new LaneHealth(stack, 'Health', {
      lane: 'websocket',
      alarms: Array.from({ length: count }, (_, index) => ({
        id: `errors-${index + 10}`,
        problem: 'Invocations fail.',
        metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Errors' }),
        threshold: 0,
        datapointsToAlarm: 1,
        evaluationPeriods: 1,
        console: 'lambda/home',
        notifiesItself: index === 0,
      })),
      sharedAlarms: [],
      naming: { prefix: 'x'.repeat(157), runbookUrl: 'docs/runbook.md' },
      alarmTopic: new Topic(stack, 'Topic'),
    });
  expect(synthesisError(healthOf(44))).toMatch(
    /\[Test\/Health\] the rule of the composite alarm websocket must have at most 10240 characters, got \d+ for 43 alarms\. Fix: use shorter ids of the stack and its constructs, or fewer bundled routes/,
  );
  expect(() => synthesisError(healthOf(43))).toThrow('expected synthesis to fail');
});

describe('the names of alarms', () => {
  const namesOf = (stack: Stack) => alarmsOf(stack).map(({ AlarmName }) => AlarmName);

  test('begin with the name of the stack and the ids from the stack to the scope', () => {
    const stack = testStack(testApp(), 'Twinlane-prod');
    watchedTwinlane(stack);
    expect(namesOf(stack)).toContain('Twinlane-prod-TwinLane-http-errors');
  });

  test('differ for stacks whose names differ only by hyphens', () => {
    const names = ['a-b', 'ab', 'a--b'].flatMap((id) => {
      const stack = testStack(testApp(), id);
      watchedWebSocketLane(stack);
      return namesOf(stack);
    });
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['a-b-dead-letters', 'ab-dead-letters', 'a--b-dead-letters']));
  });

  test('are unique texts in a nested stack, whose name only CloudFormation knows', () => {
    const nested = new NestedStack(testStack(), 'Nested');
    watchedWebSocketLane(nested);
    expect(namesOf(nested)).toContainEqual(expect.stringMatching(/^Test-Nested-[0-9A-F]{8}-dead-letters$/));
  });

  test('are unique texts in a scope whose id has characters that names cannot have', () => {
    const stack = testStack();
    const scope = new Construct(stack, 'both lanes, of one app');
    new Operation(scope, 'Operation', { messageLog: new MessageLog(stack, 'MessageLog') });
    expect(namesOf(stack)).toEqual([expect.stringMatching(/^Test-[\w-]+-[0-9A-F]{8}-log-throttles$/)]);
  });

  test('that are too long are refused once', () => {
    const error = synthesisError((stack) => {
      const scope = new Construct(stack, 'x'.repeat(196));
      new Operation(scope, 'Operation', { messageLog: new MessageLog(stack, 'MessageLog') });
    });
    expect(error).toContain(
      'the name of the stack and the ids of the constructs in it must have at most 200 characters together, because the names of alarms begin with them, got 201',
    );
    expect(error.match(/Fix:/g)).toHaveLength(1);
  });

  test('that two scopes of an account and Region would share are refused', () => {
    const error = synthesisError((stack) => {
      const other = testStack(stack.node.root as App, 'Test-A');
      for (const scope of [new Construct(stack, 'A-B'), new Construct(other, 'B')]) {
        new Operation(scope, 'Operation', { messageLog: new MessageLog(scope, 'MessageLog') });
      }
    });
    expect(error).toContain(
      '[Test-A/B/Operation] the names of alarms must be unique in an account and Region, got the prefix Test-A-B, which those of Test/A-B/Operation have. Fix: use another id of the stack or of the scope',
    );
  });
});
