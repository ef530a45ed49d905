import { Output } from '../../../../lib/outputs';
import {
  alias,
  BEHIND_LOAD_BALANCER,
  LISTENER,
  LOAD_BALANCER,
  RECORDS,
  TARGET_GROUP,
  UPGRADE_RULE,
  WITH_SERVERS,
} from '../passing-deployment';
import { itFailsFor, verified } from '../mocked-aws';

const FORWARDED = 'Handshakes for ws.example.com are forwarded to the servers';

const SHARED = {
  ...WITH_SERVERS,
  [Output.WEBSOCKET_LOAD_BALANCER_ARN]: LOAD_BALANCER,
  [Output.WEBSOCKET_LISTENER_ARN]: LISTENER,
};

describe('The checks of the servers of the WebSocket lane', () => {
  it('are those of a load balancer, its listener, its rule, its targets and its service', async () => {
    const found = await verified(BEHIND_LOAD_BALANCER, WITH_SERVERS);

    expect(found.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(found.filter(({ group }) => group === 'WebSocket lane').map(({ expected }) => expected)).toEqual([
      'The load balancer is active, dual-stack, and in two or more Availability Zones',
      'The load balancer drops invalid header fields',
      'The load balancer uses the strictest desync mitigation mode',
      'The load balancer has deletion protection',
      'The listener uses HTTPS on port 443 with ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      'The listener has the expected certificate',
      'The default action of any other listener is a redirect to HTTPS',
      'Every response has the HSTS, nosniff, frame options and content security policy headers',
      'No response has a Server header',
      FORWARDED,
      'At least one target is healthy and none is unhealthy',
      'The deregistration delay is 1 to 119 s',
      'servers has deployed the last change, and runs all tasks',
    ]);
    expect(found.filter(({ group }) => group === 'Records').map(({ expected }) => expected)).toEqual(
      ['api', 'ws'].flatMap((name) =>
        ['A', 'AAAA'].map((family) => `${name}.example.com has an ${family} alias to the load balancer`),
      ),
    );
    expect(found.map(({ expected }) => expected)).toEqual(
      expect.arrayContaining(['service/sockets/servers scales from 2 to 8', 'The lanes share no scalable target']),
    );
  });

  it('do not repeat those of a load balancer that the lanes share', async () => {
    const found = await verified(
      {
        ...BEHIND_LOAD_BALANCER,
        ListResourceRecordSets: () => ({
          ResourceRecordSets: ['api', 'ws'].flatMap((name) =>
            (['A', 'AAAA'] as const).map((family) =>
              alias(`${name}.example.com.`, family, 'lane-1.us-east-1.elb.amazonaws.com.'),
            ),
          ),
        }),
      },
      SHARED,
    );

    expect(found.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(found.filter(({ group }) => group === 'WebSocket lane').map(({ expected }) => expected)).toEqual([
      FORWARDED,
      'At least one target is healthy and none is unhealthy',
      'The deregistration delay is 1 to 119 s',
      'servers has deployed the last change, and runs all tasks',
    ]);
  });

  it('do not include event sources and queues of a delivery if the servers receive no messages from the log', async () => {
    const found = await verified(BEHIND_LOAD_BALANCER, {
      ...WITH_SERVERS,
      [Output.DELIVERY_QUEUE_URL]: undefined,
      [Output.DEAD_LETTER_QUEUE_URLS]: 'none',
    });

    expect(found.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(found.filter(({ group }) => group === 'Event sources')).toEqual([]);
    expect(found.filter(({ group }) => group === 'Queues')).toHaveLength(1);
  });

  const rules = (...Rules: object[]) => ({ ...BEHIND_LOAD_BALANCER, DescribeRules: () => ({ Rules }) });

  itFailsFor(FORWARDED, [
    ['no rule', rules(), 'no rule', WITH_SERVERS],
    [
      'a rule for another host',
      rules({ ...UPGRADE_RULE, Conditions: [{ HostHeaderConfig: { Values: ['api.example.com'] } }] }),
      'no rule',
      WITH_SERVERS,
    ],
    [
      'a rule for all requests to the host',
      rules({ ...UPGRADE_RULE, Conditions: UPGRADE_RULE.Conditions?.slice(0, 1) }),
      'no rule',
      WITH_SERVERS,
    ],
    [
      'a rule that forwards to other targets',
      rules({ ...UPGRADE_RULE, Actions: [{ Type: 'forward', TargetGroupArn: TARGET_GROUP }] }),
      TARGET_GROUP,
      WITH_SERVERS,
    ],
    [
      'a rule that answers itself',
      rules({ ...UPGRADE_RULE, Actions: [{ Type: 'fixed-response' }] }),
      'a rule that does not forward',
      WITH_SERVERS,
    ],
  ]);

  itFailsFor('ws.example.com has an A alias to the load balancer', [
    [
      'a record that still names the API',
      { ...BEHIND_LOAD_BALANCER, ListResourceRecordSets: () => ({ ResourceRecordSets: RECORDS }) },
      'd-1.execute-api.us-east-1.amazonaws.com.',
      WITH_SERVERS,
    ],
  ]);

  itFailsFor('servers has deployed the last change, and runs all tasks', [
    [
      'a deleted service',
      {
        ...BEHIND_LOAD_BALANCER,
        DescribeServices: () => ({ services: [{ status: 'INACTIVE', desiredCount: 2, runningCount: 2 }] }),
      },
      'INACTIVE, not set, 2 of 2 tasks',
      WITH_SERVERS,
    ],
  ]);
});
