import { attributes, targets } from '../kept-promises';
import { finding, itIsBrokenBy } from '../mocked-aws';

const HEALTH = 'At least one target is healthy, none unhealthy';
const DRAIN = 'A leaving target has 1 to 119 s to finish its requests';

describe('target group', () => {
  itIsBrokenBy(HEALTH, [
    ['no targets', { DescribeTargetHealth: () => ({}) }, 'no targets'],
    ['one unhealthy', { DescribeTargetHealth: () => targets('healthy', 'unhealthy') }, '1 healthy, 1 unhealthy'],
    ['none ready yet', { DescribeTargetHealth: () => targets('initial', 'initial') }, '2 initial'],
    ['a listener that does not use it', { DescribeTargetHealth: () => targets('unused') }, '1 unused'],
    [
      'a target whose health is not told',
      { DescribeTargetHealth: () => ({ TargetHealthDescriptions: [{}] }) },
      '1 unknown',
    ],
  ]);

  itIsBrokenBy(DRAIN, [
    [
      "the service's default",
      { DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': '300' }) },
      '300 s',
    ],
    [
      'as long as Fargate lets a container live',
      { DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': '120' }) },
      '120 s',
    ],
    [
      'none',
      { DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': '0' }) },
      '0 s',
    ],
    ['an answer without it', { DescribeTargetGroupAttributes: () => ({}) }, 'not set'],
  ]);

  it.each(['1', '119'])('may have any drain that a fork can ask for: %s s', async (seconds) => {
    const drained = {
      DescribeTargetGroupAttributes: () => attributes({ 'deregistration_delay.timeout_seconds': seconds }),
    };

    expect(await finding(DRAIN, drained)).toMatchObject({ verdict: 'kept', found: `${seconds} s` });
  });

  it('is healthy while a deployment starts and drains others', async () => {
    const deploying = { DescribeTargetHealth: () => targets('healthy', 'initial', 'draining') };

    expect(await finding(HEALTH, deploying)).toMatchObject({
      verdict: 'kept',
      found: '1 healthy, 1 initial, 1 draining',
    });
  });

  it('of a function is healthy without probes, and has nothing to drain', async () => {
    const ofFunction = {
      DescribeTargetHealth: () => ({
        TargetHealthDescriptions: [
          { TargetHealth: { State: 'unavailable' as const, Reason: 'Target.HealthCheckDisabled' as const } },
        ],
      }),
      DescribeTargetGroupAttributes: () => attributes({ 'lambda.multi_value_headers.enabled': 'false' }),
    };

    expect(await finding(HEALTH, ofFunction)).toMatchObject({ verdict: 'kept' });
    expect(await finding(DRAIN, ofFunction)).toMatchObject({ verdict: 'kept', found: 'a function, nothing to drain' });
  });
});
