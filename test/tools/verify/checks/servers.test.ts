import type { IpPermission } from '@aws-sdk/client-ec2';
import { POSTS_PORT } from '../../../../lib/websocket-lane/servers/posting-network';
import { POSTS_PORT as PORT_OF_VERIFY } from '../../../../tools/verify/checks/posting';
import { deniedError, throwing } from '../../aws-checks/aws-errors';
import {
  attributes,
  BEHIND_LOAD_BALANCER,
  BEHIND_SHARED,
  FORWARD_ALL,
  FUNCTION,
  LOAD_BALANCER_ATTRIBUTES,
  RECORDS,
  SHARED,
  TARGET_GROUP,
  TASK_RULES,
  UPGRADE_REQUIRED_RULE,
  UPGRADE_RULE,
  WITH_IMAGE,
  WITH_SERVERS,
} from '../passing-deployment';
import { finding, itFailsFor, verified } from '../mocked-aws';

const IDLE_TIMEOUT = 'The idle timeout is at least 360 s, longer than between two pings';
const UPGRADE_REQUIRED = 'Other requests to ws.example.com are answered with 426';
const LISTENER_CERTIFICATE = 'The listener has the certificate of ws.example.com';
const POSTS = 'Port 8081 of the tasks admits only the functions that post, by sg-posting';
const CONNECTED = 'is in the VPC, with the security group that the tasks admit';

const FORWARDED = 'Handshakes for ws.example.com are forwarded to the servers';

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
      IDLE_TIMEOUT,
      FORWARDED,
      UPGRADE_REQUIRED,
      'At least one target is healthy and none is unhealthy',
      'The deregistration delay is 1 to 119 s',
      'servers has deployed the last change, and runs all tasks',
      'servers rolls back a deployment if an alarm of its own lane fires',
      POSTS,
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
    const found = await verified(BEHIND_SHARED, SHARED);

    expect(found.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(found.filter(({ group }) => group === 'WebSocket lane').map(({ expected }) => expected)).toEqual([
      LISTENER_CERTIFICATE,
      IDLE_TIMEOUT,
      FORWARDED,
      UPGRADE_REQUIRED,
      'At least one target is healthy and none is unhealthy',
      'The deregistration delay is 1 to 119 s',
      'servers has deployed the last change, and runs all tasks',
      'servers rolls back a deployment if an alarm of its own lane fires',
      POSTS,
    ]);
  });

  it('include that the functions that post are in the VPC, and no other function', async () => {
    const found = await verified(BEHIND_LOAD_BALANCER, WITH_SERVERS);

    expect(found.map(({ expected }) => expected).filter((expected) => expected.endsWith(CONNECTED))).toEqual(
      ['deliver', 'push', 'revoke'].map((name) => `${name} ${CONNECTED}`),
    );
  });

  it('name the port of the posts that the lane opens', () => {
    expect(PORT_OF_VERIFY).toBe(POSTS_PORT);
  });

  it('do not include the delivery if the servers receive no messages from the log', async () => {
    const found = await verified(BEHIND_LOAD_BALANCER, WITH_IMAGE);

    expect(found.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(found.map(({ expected }) => expected)).toEqual(
      expect.arrayContaining([FORWARDED, UPGRADE_REQUIRED, IDLE_TIMEOUT, 'service/sockets/servers scales from 2 to 8']),
    );
    expect(found.map(({ expected }) => expected)).not.toContain(POSTS);
    expect(found.filter(({ group }) => group === 'Functions')).toEqual([]);
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

  itFailsFor(UPGRADE_REQUIRED, [
    ['no other rule', rules(UPGRADE_RULE), 'no rule', WITH_SERVERS],
    ['a default rule that forwards', rules(UPGRADE_RULE, FORWARD_ALL), 'forward', WITH_SERVERS],
    [
      'another status',
      rules(UPGRADE_RULE, {
        ...UPGRADE_REQUIRED_RULE,
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      }),
      '404',
      WITH_SERVERS,
    ],
    [
      'a rule for the host that comes first',
      rules(UPGRADE_REQUIRED_RULE, UPGRADE_RULE, {
        ...FORWARD_ALL,
        Priority: '12',
        Conditions: UPGRADE_RULE.Conditions?.slice(0, 1),
      }),
      'forward',
      WITH_SERVERS,
    ],
  ]);

  const idle = (values: Record<string, string>) => ({
    ...BEHIND_LOAD_BALANCER,
    DescribeLoadBalancerAttributes: () => attributes({ ...LOAD_BALANCER_ATTRIBUTES, ...values }),
  });

  itFailsFor(IDLE_TIMEOUT, [
    ['a timeout between two pings', idle({ 'idle_timeout.timeout_seconds': '60' }), '60 s', WITH_SERVERS],
    ['a load balancer that does not name it', idle({}), 'not set', WITH_SERVERS],
  ]);

  itFailsFor(LISTENER_CERTIFICATE, [
    [
      'a listener with the certificate of the HTTP lane only',
      { ...BEHIND_SHARED, DescribeListenerCertificates: () => ({ Certificates: [{ CertificateArn: 'arn:other' }] }) },
      'arn:other',
      SHARED,
    ],
  ]);

  const admitted = (...IpPermissions: IpPermission[]) => ({
    ...BEHIND_LOAD_BALANCER,
    DescribeSecurityGroups: () => ({ SecurityGroups: [{ IpPermissions }] }),
  });
  const [ofLoadBalancer = {}, ofPosts = {}] = TASK_RULES;

  itFailsFor(POSTS, [
    ['no rule for the port', admitted(ofLoadBalancer), 'nothing is admitted', WITH_SERVERS],
    [
      'an address range that is admitted, too',
      admitted(ofPosts, { IpProtocol: 'tcp', FromPort: 8000, ToPort: 9000, IpRanges: [{ CidrIp: '10.0.0.0/16' }] }),
      'sg-posting, 10.0.0.0/16',
      WITH_SERVERS,
    ],
    [
      'a rule for all protocols',
      admitted(ofPosts, { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }),
      'sg-posting, ::/0',
      WITH_SERVERS,
    ],
    [
      'another security group',
      admitted({ ...ofPosts, UserIdGroupPairs: [{ GroupId: 'sg-other' }] }),
      'sg-other',
      WITH_SERVERS,
    ],
  ]);

  it.each([
    ['DescribeSecurityGroups', 'ec2:DescribeSecurityGroups on * and ecs:DescribeServices on '],
    ['DescribeListenerCertificates', 'elasticloadbalancing:DescribeListenerCertificates on *'],
  ] as const)('are unknown if %s is denied, and name the permission', async (command, permission) => {
    const found = await verified({ ...BEHIND_SHARED, ...throwing(command, deniedError()) }, SHARED);

    expect(found.filter(({ result }) => result !== 'passed')).toEqual([
      expect.objectContaining({
        result: 'unknown',
        found: expect.stringContaining(`access denied. Fix: allow ${permission}`),
      }),
    ]);
  });

  it.each([
    ['DescribeSecurityGroups', POSTS, 'nothing is admitted'],
    ['DescribeListenerCertificates', LISTENER_CERTIFICATE, 'no certificate'],
  ] as const)('fail if the answer of %s is empty', async (command, expected, found) => {
    expect(await finding(expected, { ...BEHIND_SHARED, [command]: () => ({}) }, SHARED)).toMatchObject({
      result: 'failed',
      found,
    });
  });

  it('fail if the service does not exist', async () => {
    const changed = { ...BEHIND_LOAD_BALANCER, DescribeServices: () => ({ services: [] }) };

    expect(await finding(POSTS, changed, WITH_SERVERS)).toMatchObject({
      result: 'failed',
      found: 'the security groups of the service servers does not exist',
    });
  });

  itFailsFor(`deliver ${CONNECTED}`, [
    [
      'a function outside of the VPC',
      { ...BEHIND_LOAD_BALANCER, GetFunctionConfiguration: () => FUNCTION },
      'not in a VPC',
      WITH_SERVERS,
    ],
    [
      'another security group',
      {
        ...BEHIND_LOAD_BALANCER,
        GetFunctionConfiguration: () => ({ ...FUNCTION, VpcConfig: { SecurityGroupIds: ['sg-other'] } }),
      },
      'sg-other',
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
