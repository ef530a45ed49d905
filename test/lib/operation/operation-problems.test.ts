import { type App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Operation } from '../../../lib/operation/operation';
import { twinlane } from '../lanes';
import { synthesisError } from '../synthesized';
import { watchedTwinlane } from './watched-lanes';

describe('synthesis refuses', () => {
  const errorOf = (operation: object) => synthesisError((stack) => watchedTwinlane(stack, { operation }));

  test('all thresholds with which an alarm always or never fires, at once', () => {
    const error = errorOf({
      thresholds: {
        errorPercent: 100,
        gapShare: 1,
        functionErrors: 0.5,
        connectsPerSecond: 0,
        certificateDays: 366,
        expiringAge: Duration.hours(24),
        integrationLatency: Duration.seconds(29),
        pushLatency: Duration.millis(0),
      },
    });
    expect(error).toContain(
      '[Test/TwinLane/Operation] thresholds.errorPercent must be 0 or more and less than 100 percent, got 100. Fix: use 1',
    );
    expect(error).toContain('thresholds.gapShare must be 0 or more and less than 1 as a share, got 1. Fix: use 0.05');
    expect(error).toContain(
      'thresholds.functionErrors must be a whole number, 0 or more and less than 10000000, got 0.5. Fix: use 0',
    );
    expect(error).toContain(
      'thresholds.connectsPerSecond must be a whole number, 1 or more and less than 10000000, got 0. Fix: use 350',
    );
    expect(error).toContain('thresholds.certificateDays must be a whole number, 1 or more and less than 366 days');
    expect(error).toContain(
      'thresholds.expiringAge must be a Duration, 1 or more and less than 86400000 ms, got 86400000. Fix: use Duration.millis(43200000)',
    );
    expect(error).toContain('thresholds.integrationLatency must be a Duration, 1 or more and less than 29000 ms');
    expect(error).toContain('thresholds.pushLatency must be a Duration, 1 or more');
  });

  test('a number instead of a duration', () => {
    expect(errorOf({ thresholds: { deliveryAge: 60 } })).toContain(
      'thresholds.deliveryAge must be a Duration, 1 or more and less than 86400000 ms, got number. Fix: use Duration.millis(60000)',
    );
  });

  test('a threshold that does not exist', () => {
    expect(errorOf({ thresholds: { errors: 1 } })).toContain('thresholds.errors must be one of errorPercent, ');
    expect(errorOf({ thresholds: { toString: () => '' } })).toContain(
      'thresholds.toString must be one of errorPercent, ',
    );
  });

  test.each([
    ['leastRequests', 1e300, '1e+300'],
    ['leastRequests', Number.NaN, 'NaN'],
    ['leastErrors', 0, '0'],
    ['failures', '5', 'string'],
    ['busyPercent', Duration.seconds(1), 'a Duration'],
    ['gapShare', null, 'null'],
  ])('the threshold %s of %p', (name, value, shown) => {
    expect(errorOf({ thresholds: { [name]: value } })).toMatch(
      new RegExp(`thresholds\\.${name} must be .*, got ${shown.replace('+', '\\+')}\\. Fix: use `),
    );
  });

  test('thresholds that only CloudFormation knows, because they are part of an expression or written as another number', () => {
    const error = synthesisError((stack) => {
      const { valueAsNumber } = new CfnParameter(stack, 'Parameter', { type: 'Number', default: 5 });
      const thresholds = { errorPercent: valueAsNumber, deliveryAge: Duration.seconds(valueAsNumber) };
      watchedTwinlane(stack, { operation: { thresholds } });
    });
    for (const [name, use] of [
      ['errorPercent', '1'],
      ['deliveryAge', 'Duration.millis(60000)'],
    ]) {
      expect(error).toContain(
        `[Test/TwinLane/Operation] thresholds.${name} must be known when the template is written, got a token. Fix: use a number or a Duration of your code instead of a parameter, such as ${use}`,
      );
    }
  });

  test.each([
    [null, 'null'],
    [[], '[]'],
    [5, '5'],
  ])('thresholds that are %p', (thresholds, shown) => {
    expect(errorOf({ thresholds })).toContain(
      `[Test/TwinLane/Operation] thresholds must be an object, got ${shown}. Fix: use {} for the defaults`,
    );
  });

  test.each([
    [true, 'true'],
    [[], '[]'],
    ['yes', '"yes"'],
  ])('an operation that is %p', (operation, shown) => {
    expect(errorOf(operation as object)).toContain(
      `[Test/TwinLane] operation must be an object with options, got ${shown}. Fix: use {} for the defaults`,
    );
  });

  test('a topic of another Region that is a FIFO topic, with all other problems', () => {
    const error = synthesisError((stack) => {
      const arn = 'arn:aws:sns:eu-west-1:111122223333:Alarms.fifo';
      const operation = {
        alarmTopic: Topic.fromTopicArn(stack, 'Alarms', arn),
        accountAlarms: 'no' as never,
        thresholds: { gapShare: 1 },
      };
      watchedTwinlane(stack, { operation });
    });
    expect(error).toContain(
      '[Test/TwinLane/Operation] alarmTopic must be in the Region of the stack, us-east-1, got Test/Alarms in eu-west-1. Fix: use a topic in us-east-1, or remove alarmTopic to have one created',
    );
    expect(error).toContain(
      'alarmTopic must be a standard topic, got the FIFO topic Test/Alarms, which CloudWatch cannot notify. Fix: use a standard topic, or remove alarmTopic to have one created',
    );
    expect(error).toContain('accountAlarms must be true or false, got "no". Fix: use true or false');
    expect(error).toContain('thresholds.gapShare must be');
  });

  test('a topic of another stack in another Region', () => {
    const error = synthesisError((stack) => {
      const other = new Stack(stack.node.root as App, 'Other', {
        env: { region: 'eu-west-1' },
        crossRegionReferences: true,
      });
      const alarmTopic = new Topic(other, 'Alarms', { topicName: 'alarms' });
      watchedTwinlane(stack, { operation: { alarmTopic } });
    });
    expect(error).toContain('alarmTopic must be in the Region of the stack, us-east-1, got Other/Alarms in eu-west-1');
  });

  test('an ARN instead of a topic', () => {
    expect(errorOf({ alarmTopic: 'arn:aws:sns:us-east-1:111122223333:Alarms' })).toContain(
      'alarmTopic must be a topic, got "arn:aws:sns:us-east-1:111122223333:Alarms". Fix: use new Topic',
    );
  });

  test.each([
    ['with an anchor', 'https://wiki.example.com/runbook#alarms'],
    ['with a space', 'https://wiki.example.com/my runbook'],
    ['that is empty', ''],
    ['that is null', null],
    ['that is too long for a description', `https://${'x'.repeat(400)}`],
  ])('a URL of the runbook %s', (_, runbookUrl) => {
    expect(errorOf({ runbookUrl })).toContain('runbookUrl must be a URL without # and spaces');
  });

  test('an operation of nothing', () => {
    const error = synthesisError((stack) => new Operation(stack, 'Operation', { dashboard: false }));
    expect(error).toContain(
      '[Test/Operation] there must be something to watch, got nothing. Fix: pass httpLane, webSocketLane or messageLog',
    );
  });

  test('two operations in one scope, because their alarms would have the same names', () => {
    const error = synthesisError((stack) => {
      const { messageLog } = twinlane(stack);
      new Operation(stack, 'One', { messageLog });
      new Operation(stack, 'Other', { messageLog });
    });
    expect(error).toContain('[Test/Other] a scope must have one Operation');
  });
});
