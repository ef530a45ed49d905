import { attributes, targets } from '../passing-deployment';
import { finding, itFailsFor } from '../mocked-aws';

const HEALTH = 'At least one target is healthy and none is unhealthy';
const DRAIN = 'The deregistration delay is 1 to 119 s';

describe('The checks of the target group', () => {
  itFailsFor(HEALTH, [
    ['no targets', { DescribeTargetHealth: () => ({}) }, 'no targets'],
    ['one unhealthy', { DescribeTargetHealth: () => targets('healthy', 'unhealthy') }, '1 healthy, 1 unhealthy'],
    [
      'one unhealthy and none ready',
      { DescribeTargetHealth: () => targets('initial', 'unhealthy') },
      '1 initial, 1 unhealthy',
    ],
    ['only targets that stop', { DescribeTargetHealth: () => targets('draining') }, '1 draining'],
    ['a listener that does not use it', { DescribeTargetHealth: () => targets('unused') }, '1 unused'],
    [
      'a target without health information',
      { DescribeTargetHealth: () => ({ TargetHealthDescriptions: [{}] }) },
      '1 unknown',
    ],
  ]);

  itFailsFor(DRAIN, [
    [
      "the service's default",
      { DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': '300' }) },
      '300 s',
    ],
    [
      "Fargate's maximum stop timeout",
      { DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': '120' }) },
      '120 s',
    ],
    [
      'no delay',
      { DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': '0' }) },
      '0 s',
    ],
    ['an answer without it', { DescribeTargetGroupAttributes: () => ({}) }, 'not set'],
  ]);

  it.each(['1', '119'])('accept every deregistration delay that the construct accepts: %s s', async (seconds) => {
    const drained = {
      DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': seconds }),
    };

    expect(await finding(DRAIN, drained)).toMatchObject({ result: 'passed', found: `${seconds} s` });
  });

  it('pass while a deployment starts and drains other targets', async () => {
    const deploying = { DescribeTargetHealth: () => targets('healthy', 'initial', 'draining') };

    expect(await finding(HEALTH, deploying)).toMatchObject({
      result: 'passed',
      found: '1 healthy, 1 initial, 1 draining',
    });
  });

  it('pass for a function, which has no health checks and needs no delay', async () => {
    const ofFunction = {
      DescribeTargetHealth: () => ({
        TargetHealthDescriptions: [
          { TargetHealth: { State: 'unavailable' as const, Reason: 'Target.HealthCheckDisabled' as const } },
        ],
      }),
      DescribeTargetGroupAttributes: () => attributes({ 'lambda.multi_value_headers.enabled': 'false' }),
    };

    expect(await finding(HEALTH, ofFunction)).toMatchObject({ result: 'passed' });
    expect(await finding(DRAIN, ofFunction)).toMatchObject({ result: 'passed', found: 'none needed for a function' });
  });
});
