import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { addAlarm, type LaneAlarm } from '../../../../lib/operation/alarms/lane-alarm';
import { outOf } from '../../../../lib/operation/alarms/statistics';
import { synthesisError, testApp, testStack } from '../../synthesized';

const NAMING = { prefix: 'Lanes', runbookUrl: 'https://wiki.example.com/runbook' };

const ALARM: LaneAlarm = {
  id: 'http-errors',
  problem: 'Requests fail.',
  metric: new Metric({ namespace: 'Example', metricName: 'Errors' }),
  threshold: 1,
  ...outOf(3, 5),
  console: 'lambda/home#/functions',
};

function alarmIn(region: string | undefined, alarm: Partial<LaneAlarm> = {}): Template {
  const stack = new Stack(testApp(), 'Test', { env: region === undefined ? {} : { region } });
  addAlarm(stack, { ...ALARM, ...alarm }, NAMING);
  return Template.fromStack(stack);
}

test('the description of an alarm has the problem, the section of the runbook, and a page of the console', () => {
  alarmIn('eu-west-1').hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'Lanes-http-errors',
    AlarmDescription: [
      'Requests fail.',
      'Runbook: https://wiki.example.com/runbook#http-errors',
      'Console: https://eu-west-1.console.aws.amazon.com/lambda/home#/functions',
    ].join('\n\n'),
  });
});

test('an alarm can have the section of another one', () => {
  alarmIn('eu-west-1', { section: 'errors' }).hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'Lanes-http-errors',
    AlarmDescription: Match.stringLikeRegexp('runbook#errors\n'),
  });
});

test.each([
  ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
  ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
])('in %s, the console has the host of the partition', (region, host) => {
  alarmIn(region).hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmDescription: Match.stringLikeRegexp(`Console: ${host}`),
  });
});

test('in a stack without a Region, the console has the Region of the deployment', () => {
  alarmIn(undefined).hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmDescription: {
      'Fn::Join': ['', [Match.anyValue(), { Ref: 'AWS::Region' }, '.console.aws.amazon.com/lambda/home#/functions']],
    },
  });
});

test('missing data does not breach, unless the alarm says otherwise', () => {
  alarmIn('eu-west-1').hasResourceProperties('AWS::CloudWatch::Alarm', {
    TreatMissingData: 'notBreaching',
    DatapointsToAlarm: 3,
    EvaluationPeriods: 5,
  });
});

test('synthesis refuses a name and a description that CloudWatch does not accept', () => {
  const error = synthesisError((stack) => {
    addAlarm(stack, { ...ALARM, id: 'x'.repeat(250), problem: 'y'.repeat(1000) }, NAMING);
  });
  expect(error).toContain('the name of the alarm');
  expect(error).toContain('must have at most 255 characters, got 256. Fix: use a shorter id of the alarm');
  expect(error).toContain('must have at most 1024 characters, got');
});

test('a name of the greatest length is accepted', () => {
  const stack = testStack();
  addAlarm(stack, { ...ALARM, id: 'x'.repeat(249) }, NAMING);
  expect(() => stack.node.root).not.toThrow();
  expect(stack.node.validate()).toEqual([]);
});

test('a reference in a description counts with the length of an ARN', () => {
  const stack = testStack();
  const url = 150;
  addAlarm(
    stack,
    { ...ALARM, problem: 'y'.repeat(1024 - url), console: `page/${new Topic(stack, 'Topic').topicArn}` },
    NAMING,
  );
  expect(stack.node.validate()).toEqual([expect.stringContaining('the description of the alarm http-errors')]);
});
