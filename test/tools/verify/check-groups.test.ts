import { Output } from '../../../lib/outputs';
import { parseDeployment } from '../../../tools/verify/deployment';
import { notChecked } from '../../../tools/verify/check-groups';
import {
  ALARM_TOPIC,
  CERTIFICATE,
  DEAD_LETTERS,
  ISSUER,
  KEYS_URL,
  LOAD_BALANCER,
  LOG_DESTINATION,
  STACK,
  STAGE,
  WEB_ACL,
  WITH_IMAGE,
  WITH_SERVERS,
  WITHOUT_OPERATION,
} from './passing-deployment';
import { changedOutputs, verified } from './mocked-aws';
import { GATEWAY } from './passing-gateways';

describe('The checks of npm run verify', () => {
  it('are these, and all pass for a correct deployment', async () => {
    const found = await verified();

    expect(found.map(({ group, expected, found, result }) => [group, expected, found, result])).toEqual([
      ['Records', 'api.example.com has an A alias to the load balancer', LOAD_BALANCER_ALIAS, 'passed'],
      ['Records', 'api.example.com has an AAAA alias to the load balancer', LOAD_BALANCER_ALIAS, 'passed'],
      ['Records', 'ws.example.com has an A alias to its custom domain', DOMAIN_ALIAS, 'passed'],
      ['Records', 'ws.example.com has an AAAA alias to its custom domain', DOMAIN_ALIAS, 'passed'],
      ['Certificates', `${CERTIFICATE_OF_BOTH} covers each host`, 'api.example.com, ws.example.com', 'passed'],
      ['Certificates', `${CERTIFICATE_OF_BOTH} is issued and in use`, 'ISSUED, used by 1', 'passed'],
      ['Certificates', `${CERTIFICATE_OF_BOTH} is valid for at least 30 days`, '184 days, until 2026-09-01', 'passed'],
      [
        'HTTP lane',
        'The load balancer is active, dual-stack, and in two or more Availability Zones',
        'active, dualstack, us-east-1a, us-east-1b',
        'passed',
      ],
      [
        'HTTP lane',
        'The load balancer drops invalid header fields',
        'routing.http.drop_invalid_header_fields.enabled: true',
        'passed',
      ],
      [
        'HTTP lane',
        'The load balancer uses the strictest desync mitigation mode',
        'routing.http.desync_mitigation_mode: strictest',
        'passed',
      ],
      ['HTTP lane', 'The load balancer has deletion protection', 'deletion_protection.enabled: true', 'passed'],
      ['HTTP lane', 'The web ACL is associated with the load balancer', LOAD_BALANCER, 'passed'],
      [
        'HTTP lane',
        'The listener uses HTTPS on port 443 with ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        'HTTPS on 443, ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
        'passed',
      ],
      ['HTTP lane', 'The listener has the expected certificate', CERTIFICATE, 'passed'],
      ['HTTP lane', 'The default action of any other listener is a redirect to HTTPS', 'no other listener', 'passed'],
      [
        'HTTP lane',
        'Every response has the HSTS, nosniff, frame options and content security policy headers',
        'all four',
        'passed',
      ],
      ['HTTP lane', 'No response has a Server header', 'routing.http.response.server.enabled: false', 'passed'],
      ['HTTP lane', 'At least one target is healthy and none is unhealthy', '2 healthy', 'passed'],
      ['HTTP lane', 'The deregistration delay is 1 to 119 s', '30 s', 'passed'],
      [
        'HTTP lane',
        'api has deployed the last change, and runs all tasks',
        'ACTIVE, COMPLETED, 2 of 2 tasks',
        'passed',
      ],
      [
        'HTTP lane',
        'api rolls back a deployment if an alarm of its own lane fires',
        'lane-http-errors, lane-http-latency',
        'passed',
      ],
      ['Tokens', `${ISSUER} publishes keys that verify its tokens`, '2 keys for RS256, ES256', 'passed'],
      [
        'Tokens',
        `The discovery document of ${ISSUER}, if present, has this issuer and key URL`,
        `${ISSUER}, ${KEYS_URL}`,
        'passed',
      ],
      [
        'Tokens',
        'The load balancer, if it verifies tokens, uses these keys and supports them',
        'it verifies no tokens',
        'passed',
      ],
      ['WebSocket lane', "The API's protocol is WebSocket", 'WEBSOCKET', 'passed'],
      ['WebSocket lane', "The API's default endpoint is disabled", 'disabled', 'passed'],
      [
        'WebSocket lane',
        'ws.example.com is available, Regional and dual-stack, and requires TLS 1.2',
        'AVAILABLE, REGIONAL, dualstack, TLS_1_2',
        'passed',
      ],
      ['WebSocket lane', 'ws.example.com has the expected certificate', CERTIFICATE, 'passed'],
      ['WebSocket lane', 'ws.example.com maps only to the stage live of the API api1', '/ → api1 live', 'passed'],
      [
        'WebSocket lane',
        'The stage throttles at 500 requests a second, burst 200',
        '500 requests a second, burst 200',
        'passed',
      ],
      ['WebSocket lane', 'The stage deploys changes automatically', 'automatic', 'passed'],
      ['WebSocket lane', 'The last deployment of the stage succeeded', STAGE.LastDeploymentStatusMessage, 'passed'],
      ['WebSocket lane', 'The stage writes access logs', LOG_DESTINATION, 'passed'],
      ['WebSocket lane', 'The stage does not log message bodies', 'data tracing off', 'passed'],
      [
        'WebSocket lane',
        'The API has the routes $connect, $disconnect, $default',
        '$connect, $disconnect, $default, audit',
        'passed',
      ],
      [
        'WebSocket lane',
        '$default, and every other route that answers clients, has a route response',
        'route responses of $default, audit',
        'passed',
      ],
      ['Scaling', 'service/lane/api scales from 2 to 10', 'from 2 to 10', 'passed'],
      ['Scaling', 'function:connect:live scales from 1 to 5', 'from 1 to 5', 'passed'],
      ['Scaling', 'The lanes share no scalable target', 'none shared', 'passed'],
      ['Scaling', 'function:connect:live has a provisioned concurrency of at least 1', 'READY, 1 available', 'passed'],
      ['Functions', 'connect uses nodejs24.x on arm64, is active, and has tracing on', RUNNING, 'passed'],
      ['Functions', 'connect has a reserved concurrency of 50', 'a reserved concurrency of 50', 'passed'],
      ['Functions', 'deliver uses nodejs24.x on arm64, is active, and has tracing on', RUNNING, 'passed'],
      ['Functions', 'deliver has no reserved concurrency', 'no reserved concurrency', 'passed'],
      ['Functions', 'dispatch uses nodejs24.x on arm64, is active, and has tracing on', RUNNING, 'passed'],
      ['Functions', 'dispatch has no reserved concurrency', 'no reserved concurrency', 'passed'],
      ['Functions', 'push uses nodejs24.x on arm64, is active, and has tracing on', RUNNING, 'passed'],
      ['Functions', 'push has no reserved concurrency', 'no reserved concurrency', 'passed'],
      ['Functions', 'revoke uses nodejs24.x on arm64, is active, and has tracing on', RUNNING, 'passed'],
      ['Functions', 'revoke has no reserved concurrency', 'no reserved concurrency', 'passed'],
      ['Functions', 'Each alias of a function sends all invocations to one version', 'one version each', 'passed'],
      ['Tables', 'log is active', 'ACTIVE', 'passed'],
      ['Tables', 'log has point-in-time recovery', 'point-in-time recovery ENABLED', 'passed'],
      ['Tables', 'log has time to live', 'time to live ENABLED on expiresAt', 'passed'],
      ['Tables', 'log has a stream', 'a stream of NEW_IMAGE', 'passed'],
      ['Tables', 'log has deletion protection', 'protected', 'passed'],
      ['Tables', 'connections is active', 'ACTIVE', 'passed'],
      ['Tables', 'connections has point-in-time recovery', 'point-in-time recovery ENABLED', 'passed'],
      ['Tables', 'connections has time to live', 'time to live ENABLED on expiresAt', 'passed'],
      ['Tables', 'connections has deletion protection', 'protected', 'passed'],
      ['Tables', 'admission is active', 'ACTIVE', 'passed'],
      ['Tables', 'admission has point-in-time recovery', 'point-in-time recovery ENABLED', 'passed'],
      ['Tables', 'admission has time to live', 'time to live ENABLED on expiresAt', 'passed'],
      ['Tables', 'admission has a stream', 'a stream of NEW_IMAGE', 'passed'],
      ['Tables', 'admission has deletion protection', 'protected', 'passed'],
      ['Queues', 'hints keeps hints for 60 s', '60 s', 'passed'],
      ['Queues', 'deliveries moves what fails to a dead-letter queue', DEAD_LETTERS, 'passed'],
      ['Queues', 'dispatch-failures keeps what failed for 14 days', '14 days', 'passed'],
      ['Queues', 'deliver-failures keeps what failed for 14 days', '14 days', 'passed'],
      ['Event sources', 'The stream of log invokes a function of the stack', 'dispatch: Enabled', 'passed'],
      ['Event sources', 'The stream of admission invokes a function of the stack', 'revoke: Enabled', 'passed'],
      ['Event sources', 'hints invokes a function of the stack', 'push: Enabled', 'passed'],
      ['Event sources', 'deliveries invokes a function of the stack', 'deliver: Enabled', 'passed'],
      ['Operation', 'lane-http notifies the topic of an alarm and of its end', NOTIFIES, 'passed'],
      ['Operation', 'lane-http watches metrics, or alarms that exist', '2 alarms', 'passed'],
      ['Operation', 'lane-http is OK', 'OK', 'passed'],
      ['Operation', 'lane-log notifies the topic of an alarm and of its end', NOTIFIES, 'passed'],
      ['Operation', 'lane-log watches metrics, or alarms that exist', '2 alarms', 'passed'],
      ['Operation', 'lane-log is OK', 'OK', 'passed'],
      ['Operation', 'lane-certificate notifies the topic of an alarm and of its end', NOTIFIES, 'passed'],
      ['Operation', 'lane-certificate watches metrics, or alarms that exist', '1 metric', 'passed'],
      ['Operation', 'lane-certificate is OK', 'OK', 'passed'],
      ['Operation', 'The alarm topic has a confirmed subscription', '1 confirmed, 0 pending', 'passed'],
      ['Operation', 'CloudWatch can publish to the alarm topic', 'allowed, not encrypted', 'passed'],
      ['Operation', 'The dashboard lane-us-east-1 has widgets', '2 widgets', 'passed'],
      ['Operation', 'canary uses nodejs24.x on arm64, is active, and has tracing off', UNTRACED, 'passed'],
      ['Operation', 'canary has no reserved concurrency', 'no reserved concurrency', 'passed'],
      ['Operation', 'The canary canary ran in the last 2 hours', '3 runs', 'passed'],
      [
        'Operation',
        'The secret of the canary has credentials that were written after it was created',
        'written',
        'passed',
      ],
    ]);
  });

  it('do not include deletion protection if the stack does not set it', async () => {
    const found = await verified({}, { [Output.DELETION_PROTECTION]: 'false' });

    expect(found.filter(({ expected }) => expected.includes('deletion'))).toEqual([]);
  });

  it('do not include alarms, or a dashboard, that the stack does not have', async () => {
    const operation = async (outputs: Record<string, undefined>) =>
      (await verified({}, outputs)).filter(({ group }) => group === 'Operation').map(({ expected }) => expected);

    expect(await operation(WITHOUT_OPERATION)).toEqual([]);
    expect(await operation({ [Output.DASHBOARD_NAME]: undefined })).toHaveLength(15);
  });

  it.each([
    ['HTTP', { [Output.WEBSOCKET_SCALABLE_TARGETS]: 'none' }, ['service/lane/api scales from 2 to 10']],
    [
      'WebSocket',
      { [Output.HTTP_SCALABLE_TARGET]: undefined },
      ['function:connect:live scales from 1 to 5', 'function:connect:live has a provisioned concurrency of at least 1'],
    ],
  ])('include only the limits of scaling if only the %s lane is scaled', async (_, outputs, expected) => {
    const found = await verified({}, outputs);

    expect(found.filter(({ group }) => group === 'Scaling').map((one) => one.expected)).toEqual(expected);
  });
});

describe('The section "Not checked" of npm run verify', () => {
  const listed = (outputs: Record<string, string | undefined>) =>
    notChecked(parseDeployment({ stack: STACK, values: changedOutputs(outputs) }));
  const open = {
    [Output.TOKEN_ISSUER]: undefined,
    [Output.TOKEN_AUDIENCE]: undefined,
    [Output.TOKEN_KEYS_URL]: undefined,
    [Output.WEB_ACL_ARN]: undefined,
    ...WITHOUT_OPERATION,
  };

  it('lists each unchecked resource that the deployment has, and no other', () => {
    expect(listed(open)).toEqual([]);
    expect(listed({ ...WITHOUT_OPERATION, [Output.WEB_ACL_ARN]: undefined })).toEqual([
      `${ISSUER}: whether it issues tokens for the audience https://api.example.com, and who can sign in`,
    ]);
    expect(listed({ ...open, [Output.WEB_ACL_ARN]: WEB_ACL })).toEqual([`${WEB_ACL}: its rules and its logging`]);
    expect(listed({ [Output.WEB_ACL_ARN]: undefined, ...GATEWAY.outputs })).toContain(
      'The distribution E1EXAMPLE: its TLS policy, its caching and its web ACL',
    );
    const operation = {
      [Output.ALARM_TOPIC_ARN]: ALARM_TOPIC,
      [Output.HEALTH_ALARMS]: 'lane-http',
      [Output.ROLLBACK_ALARM_ARNS]: 'none',
      [Output.DEPLOYMENT_ALARMS]: 'false',
    };
    const topic = `${ALARM_TOPIC}: who receives its notifications, and whether they arrive`;
    expect(listed({ ...open, ...operation })).toEqual([topic]);
    expect(listed({ ...open, ...operation, [Output.CANARY_FUNCTION]: 'canary' })).toEqual([
      topic,
      'The canary canary: its user and the value of its secret, because its alarm reports a failed sign-in',
    ]);
    expect(listed({ ...open, ...GATEWAY.outputs })).toEqual([
      'The distribution E1EXAMPLE: its TLS policy, its caching and its web ACL',
      'wss://app.example.com/socket: whether it opens WebSockets, because a check would open one',
    ]);
    expect(listed({ ...open, ...WITH_SERVERS })).toEqual([]);
    expect(listed({ ...open, ...WITH_IMAGE })).toEqual([
      'The image of the servers: whether it authenticates clients, and how it receives messages',
    ]);
  });
});

const LOAD_BALANCER_ALIAS = 'dualstack.lane-1.us-east-1.elb.amazonaws.com.';
const DOMAIN_ALIAS = 'd-1.execute-api.us-east-1.amazonaws.com.';
const CERTIFICATE_OF_BOTH = 'The certificate of api.example.com and ws.example.com';
const NOTIFIES = 'actions enabled, notifies of an alarm, notifies of its end';
const UNTRACED = 'nodejs24.x, arm64, Active, last update Successful, tracing off';
const RUNNING = 'nodejs24.x, arm64, Active, last update Successful, tracing on';
