import type { Service } from '@aws-sdk/client-ecs';
import { Output } from '../../../../lib/outputs';
import { type Answers, SERVICE } from '../passing-deployment';
import { finding, itFailsFor, verified } from '../mocked-aws';

const STEADY = 'api has deployed the last change, and runs all tasks';

const service = (changed: Partial<Service>): Partial<Answers> => ({
  DescribeServices: () => ({ services: [{ ...SERVICE, ...changed }] }),
});
const rollout = (rolloutState: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS') =>
  service({
    deployments: [
      { status: 'ACTIVE', rolloutState: 'COMPLETED' },
      { status: 'PRIMARY', rolloutState },
    ],
  });

describe('The check of the ECS service', () => {
  itFailsFor(STEADY, [
    ['a failed deployment', rollout('FAILED'), 'ACTIVE, FAILED, 2 of 2 tasks'],
    ['no deployment', service({ deployments: undefined }), 'ACTIVE, not set, 2 of 2 tasks'],
    ['a service that is being deleted', service({ status: 'DRAINING' }), 'DRAINING, COMPLETED, 2 of 2 tasks'],
    ['a deleted service', service({ status: 'INACTIVE' }), 'INACTIVE, COMPLETED, 2 of 2 tasks'],
  ]);

  it('is pending while a deployment is in progress', async () => {
    expect(await finding(STEADY, rollout('IN_PROGRESS'))).toMatchObject({
      result: 'pending',
      found: 'ACTIVE, IN_PROGRESS, 2 of 2 tasks',
    });
  });

  it('is pending while tasks start', async () => {
    expect(await finding(STEADY, service({ desiredCount: 3 }))).toMatchObject({
      result: 'pending',
      found: 'ACTIVE, COMPLETED, 2 of 3 tasks',
    });
  });

  it('does not exist for a function', async () => {
    const found = await verified({}, { [Output.HTTP_SCALABLE_TARGET]: 'function:connect:live' });

    expect(found.map(({ expected }) => expected)).not.toContain(STEADY);
  });
});
