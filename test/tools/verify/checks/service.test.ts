import type { DeploymentAlarms, Service } from '@aws-sdk/client-ecs';
import { Output } from '../../../../lib/outputs';
import { type Answers, SERVICE, WITHOUT_OPERATION } from '../passing-deployment';
import { finding, itFailsFor, verified } from '../mocked-aws';

const ROLLS_BACK = 'api rolls back a deployment if an alarm of its own lane fires';
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
    expect(found.map(({ expected }) => expected)).not.toContain(ROLLS_BACK);
  });

  const alarms = (changed: Partial<DeploymentAlarms>) =>
    service({
      deploymentConfiguration: {
        alarms: { enable: true, rollback: true, alarmNames: ['lane-http-errors'], ...changed },
      },
    });

  itFailsFor(ROLLS_BACK, [
    ['a service without alarms', service({ deploymentConfiguration: {} }), 'no alarms, not enabled, no rollback'],
    ['alarms that are not enabled', alarms({ enable: false }), 'lane-http-errors, not enabled'],
    ['alarms that only stop a deployment', alarms({ rollback: false }), 'lane-http-errors, no rollback'],
    ['an empty list of alarms', alarms({ alarmNames: [] }), 'no alarms'],
    [
      'an alarm of the other lane',
      alarms({ alarmNames: ['lane-http-errors', 'lane-websocket-errors'] }),
      'lane-http-errors, lane-websocket-errors, lane-websocket-errors is not an alarm on errors or latency of the lane',
    ],
    [
      'an alarm that does not exist, or whose condition is not one of deployments',
      alarms({ alarmNames: ['lane-http-hosts'] }),
      'lane-http-hosts, lane-http-hosts is not an alarm on errors or latency of the lane',
    ],
  ]);

  it.each([
    ['the operation turned that off', { [Output.DEPLOYMENT_ALARMS]: 'false' }],
    ['there is no operation', WITHOUT_OPERATION],
  ])('does not expect a rollback by alarms if %s', async (_, outputs) => {
    const found = await verified(service({ deploymentConfiguration: {} }), outputs);

    expect(found.filter(({ expected }) => expected === ROLLS_BACK)).toEqual([]);
  });
});
