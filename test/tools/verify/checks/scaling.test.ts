import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import { Output } from '../../../../lib/outputs';
import { type Answers, scalable } from '../passing-deployment';
import { finding, itFailsFor } from '../mocked-aws';

const target = (found: ScalableTarget): Partial<Answers> => ({
  DescribeScalableTargets: () => ({ ScalableTargets: [found] }),
});

describe('The checks of scaling', () => {
  itFailsFor('service/lane/api scales from 2 to 10', [
    ['a lower minimum', target(scalable('service/lane/api', 1, 10)), 'from 1 to 10, a service needs at least 2 tasks'],
    ['a higher minimum', target(scalable('service/lane/api', 3, 10)), 'from 3 to 10'],
    ['another maximum', target(scalable('service/lane/api', 2, 100)), 'from 2 to 100'],
    [
      'suspended scaling',
      target({ ...scalable('service/lane/api', 2, 10), SuspendedState: { DynamicScalingOutSuspended: true } }),
      'from 2 to 10, scaling is suspended',
    ],
  ]);

  itFailsFor('service/lane/api scales from 1 to 4', [
    [
      'a minimum of one task, even if that is expected',
      target(scalable('service/lane/api', 1, 4)),
      'from 1 to 4, a service needs at least 2 tasks',
      { [Output.HTTP_CAPACITY]: '1-4' },
    ],
  ]);

  itFailsFor('function:connect:live scales from 1 to 5', [
    ['another maximum', target(scalable('function:connect:live', 1, 50)), 'from 1 to 50'],
  ]);

  itFailsFor('The lanes share no scalable target', [
    [
      'one function behind both, by two aliases',
      {
        DescribeScalableTargets: ({ ResourceIds: [id = ''] = [] }) => ({ ScalableTargets: [scalable(id, 1, 5)] }),
      },
      'shared: function:all',
      {
        [Output.HTTP_SCALABLE_TARGET]: 'function:all:http',
        [Output.HTTP_CAPACITY]: '1-5',
        [Output.WEBSOCKET_SCALABLE_TARGETS]: 'function:connect:live=1-5,function:all:ws=1-5',
      },
    ],
  ]);

  it('pass if scaling is explicitly not suspended', async () => {
    const SuspendedState = {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    };

    expect(
      await finding(
        'service/lane/api scales from 2 to 10',
        target({ ...scalable('service/lane/api', 2, 10), SuspendedState }),
      ),
    ).toMatchObject({ result: 'passed' });
  });

  it('accept a provisioned concurrency of 1 for a function of the HTTP lane', async () => {
    const outputs = { [Output.HTTP_SCALABLE_TARGET]: 'function:api:live', [Output.HTTP_CAPACITY]: '1-5' };

    expect(
      await finding('function:api:live scales from 1 to 5', target(scalable('function:api:live', 1, 5)), outputs),
    ).toMatchObject({ result: 'passed' });
  });
});
