import * as fc from 'fast-check';
import { Output } from '../../../lib/outputs';
import { parseDeployment } from '../../../tools/verify/deployment';
import {
  ALARM_TOPIC,
  API_NAME,
  CERTIFICATE,
  CANARY_SECRET,
  DEAD_LETTERS,
  DELIVERY_QUEUE,
  HINT_QUEUE,
  ISSUER,
  KEYS_URL,
  LISTENER,
  LOAD_BALANCER,
  LOAD_BALANCER_NAME,
  OUTPUTS,
  SERVERS,
  STACK,
  TARGET_GROUP,
  WEB_ACL,
  WITH_IMAGE,
  WITH_SERVERS,
  WITH_SYNTHETICS,
  WITHOUT_OPERATION,
} from './passing-deployment';
import { PLANNED_GATEWAYS } from '../preflight/planned-gateways';
import { type ChangedOutputs, changedOutputs } from './mocked-aws';
import {
  GATEWAY,
  GATEWAY_CERTIFICATE,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  ONE_LOAD_BALANCER,
} from './passing-gateways';

const parsed = (changed: ChangedOutputs = {}) => parseDeployment({ stack: STACK, values: changedOutputs(changed) });

describe('The outputs of a deployment', () => {
  it('are parsed', () => {
    expect(parsed()).toEqual({
      stack: STACK,
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
      httpHost: 'api.example.com',
      webSocketHost: 'ws.example.com',
      socketPath: '',
      hostedZoneId: 'Z0EXAMPLE',
      httpAlias: { name: `dualstack.${LOAD_BALANCER_NAME}`, zoneId: 'ZLOADBALANCER' },
      webSocketAlias: { name: API_NAME, zoneId: 'ZAPIGATEWAY' },
      httpCertificateArn: CERTIFICATE,
      webSocketCertificateArn: CERTIFICATE,
      loadBalancerArn: LOAD_BALANCER,
      webAclArn: WEB_ACL,
      ipAddressType: 'dualstack',
      listenerArn: LISTENER,
      targetGroupArn: TARGET_GROUP,
      httpScaling: { resourceId: 'service/lane/api', min: 2, max: 10 },
      webSocketApi: {
        id: 'api1',
        stage: 'live',
        host: 'ws.example.com',
        mappingKey: '',
        certificateArn: CERTIFICATE,
        rateLimit: 500,
        burstLimit: 200,
      },
      webSocketScaling: [{ resourceId: 'function:connect:live', min: 1, max: 5 }],
      functions: [
        { name: 'connect', reserved: 50, traced: true },
        { name: 'deliver', traced: true },
        { name: 'dispatch', traced: true },
        { name: 'push', traced: true },
        { name: 'revoke', traced: true },
      ],
      tokens: {
        issuer: ISSUER,
        audience: 'https://api.example.com',
        keysUrl: KEYS_URL,
        algorithms: ['RS256', 'ES256'],
      },
      messageLogTable: 'log',
      connectionTable: 'connections',
      admissionTable: 'admission',
      hintQueue: { name: 'hints', arn: HINT_QUEUE, url: OUTPUTS[Output.HINT_QUEUE_URL] },
      deliveryQueue: { name: 'deliveries', arn: DELIVERY_QUEUE, url: OUTPUTS[Output.DELIVERY_QUEUE_URL] },
      deadLetterQueues: [
        {
          name: 'dispatch-failures',
          arn: 'arn:aws:sqs:us-east-1:123456789012:dispatch-failures',
          url: 'https://sqs.us-east-1.amazonaws.com/123456789012/dispatch-failures',
        },
        {
          name: 'deliver-failures',
          arn: DEAD_LETTERS,
          url: 'https://sqs.us-east-1.amazonaws.com/123456789012/deliver-failures',
        },
      ],
      operation: {
        alarmTopicArn: ALARM_TOPIC,
        healthAlarms: ['lane-http', 'lane-log', 'lane-certificate'],
        dashboard: 'lane-us-east-1',
        rollbackAlarms: ['lane-http-errors', 'lane-http-latency', 'lane-websocket-errors', 'lane-websocket-failures'],
        deploymentAlarms: true,
        canary: { type: 'scheduled', name: 'canary', secretArn: CANARY_SECRET },
      },
      deletionProtection: true,
    });
  });

  it('can have no scalable target, and then the capacity is ignored', () => {
    const nothing = {
      [Output.HTTP_SCALABLE_TARGET]: undefined,
      [Output.WEBSOCKET_SCALABLE_TARGETS]: 'none',
    };

    expect(parsed(nothing)).toMatchObject({ webSocketScaling: [] });
    expect(parsed(nothing).httpScaling).toBeUndefined();
  });

  it('can list any number of functions with their reserved concurrency', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
    const one = fc.record({ name, reserved: fc.option(fc.nat({ max: 1000 }), { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(one), (functions) => {
        const written = functions.map(({ name, reserved }) => `${name}=${reserved ?? ''}`).join(',') || 'none';

        expect(parsed({ [Output.FUNCTIONS]: written }).functions).toEqual(
          functions.map((one) => ({ ...one, traced: true })),
        );
      }),
    );
  });

  it('can list functions without tracing', () => {
    const { functions } = parsed({ [Output.UNTRACED_FUNCTIONS]: 'deliver,push' });

    expect(functions.filter(({ traced }) => !traced).map(({ name }) => name)).toEqual(['deliver', 'push']);
  });

  it('have no operation without alarms', () => {
    expect(parsed(WITHOUT_OPERATION).operation).toBeUndefined();
  });

  it('are rejected with the names of all that are missing', () => {
    const optional: string[] = [
      Output.HTTP_SCALABLE_TARGET,
      Output.HTTP_CAPACITY,
      Output.WEB_ACL_ARN,
      Output.HOSTED_ZONE_ID,
      // Only without a gateway, or only with one.
      ...[Output.HTTP_ALIAS_TARGET, Output.HTTP_ALIAS_TARGET_ZONE_ID, Output.HTTP_HOST],
      ...[Output.WEBSOCKET_ALIAS_TARGET, Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID, Output.WEBSOCKET_HOST],
      ...[Output.GATEWAY_ALIAS_TARGET, Output.GATEWAY_ALIAS_TARGET_ZONE_ID, Output.GATEWAY_DISTRIBUTION_ID],
      ...[Output.GATEWAY_CERTIFICATE_ARN, Output.GATEWAY_PAGE_BUCKET],
      Output.TOKEN_ISSUER,
      Output.TOKEN_AUDIENCE,
      Output.TOKEN_KEYS_URL,
      Output.TOKEN_ALGORITHMS,
      Output.ADMISSION_TABLE,
      // Only with one of the entries of the WebSocket lane.
      ...[Output.WEBSOCKET_API_ID, Output.WEBSOCKET_STAGE, Output.WEBSOCKET_RATE_LIMIT, Output.WEBSOCKET_BURST_LIMIT],
      ...[Output.MANAGEMENT_ENDPOINT, Output.MANAGEMENT_CERTIFICATE_ARN, Output.DELIVERY_QUEUE_URL],
      ...[Output.WEBSOCKET_LOAD_BALANCER_ARN, Output.WEBSOCKET_LISTENER_ARN, Output.WEBSOCKET_TARGET_GROUP_ARN],
      ...[Output.POSTING_SECURITY_GROUP, Output.POSTING_FUNCTIONS],
      ...[Output.ALARM_TOPIC_ARN, Output.HEALTH_ALARMS, Output.DASHBOARD_NAME],
      ...[Output.ROLLBACK_ALARM_ARNS, Output.DEPLOYMENT_ALARMS],
      ...[Output.CANARY_FUNCTION, Output.CANARY_NAME, Output.CANARY_SECRET_ARN],
    ];
    const needed = Object.values(Output).filter((name) => !optional.includes(name));
    const missing = needed.map((name) => `${name} is missing`).join('; ');

    expect(() => parseDeployment({ stack: STACK, values: {} })).toThrow(
      `The outputs of ${STACK} are invalid: ${missing}; HttpAliasTarget is missing, and GatewayAliasTarget, too; WebSocketAliasTarget is missing, and GatewayAliasTarget, too; WebSocketApiId is missing, and WebSocketTargetGroupArn, too`,
    );
  });

  it.each([
    [Output.WEBSOCKET_RATE_LIMIT, Output.WEBSOCKET_API_ID, {}],
    [Output.MANAGEMENT_ENDPOINT, Output.WEBSOCKET_API_ID, {}],
    [Output.DELIVERY_QUEUE_URL, Output.WEBSOCKET_API_ID, {}],
    [Output.HTTP_ALIAS_TARGET_ZONE_ID, Output.HTTP_ALIAS_TARGET, {}],
    [Output.WEBSOCKET_ALIAS_TARGET_ZONE_ID, Output.WEBSOCKET_ALIAS_TARGET, {}],
    [Output.WEBSOCKET_ALIAS_TARGET, Output.WEBSOCKET_API_ID, GATEWAY.outputs],
    [Output.GATEWAY_ALIAS_TARGET_ZONE_ID, Output.GATEWAY_ALIAS_TARGET, GATEWAY.outputs],
    [Output.GATEWAY_CERTIFICATE_ARN, Output.GATEWAY_ALIAS_TARGET, GATEWAY.outputs],
    [Output.GATEWAY_DISTRIBUTION_ID, Output.GATEWAY_ALIAS_TARGET, GATEWAY.outputs],
    [Output.HTTP_HOST, Output.GATEWAY_ALIAS_TARGET, GATEWAY.outputs],
    [Output.WEBSOCKET_HOST, Output.GATEWAY_ALIAS_TARGET, GATEWAY.outputs],
    [Output.WEBSOCKET_LISTENER_ARN, Output.WEBSOCKET_TARGET_GROUP_ARN, WITH_SERVERS],
    [Output.WEBSOCKET_LOAD_BALANCER_ARN, Output.WEBSOCKET_TARGET_GROUP_ARN, WITH_SERVERS],
    [Output.POSTING_FUNCTIONS, Output.POSTING_SECURITY_GROUP, WITH_SERVERS],
    [Output.POSTING_SECURITY_GROUP, Output.POSTING_FUNCTIONS, WITH_SERVERS],
    [Output.ALARM_TOPIC_ARN, Output.HEALTH_ALARMS, {}],
    [Output.HEALTH_ALARMS, Output.ALARM_TOPIC_ARN, {}],
    [Output.ALARM_TOPIC_ARN, Output.DASHBOARD_NAME, { [Output.HEALTH_ALARMS]: undefined }],
    [Output.ALARM_TOPIC_ARN, Output.CANARY_FUNCTION, { [Output.HEALTH_ALARMS]: undefined }],
    [Output.ALARM_TOPIC_ARN, Output.CANARY_NAME, { [Output.HEALTH_ALARMS]: undefined, ...WITH_SYNTHETICS }],
    [Output.ROLLBACK_ALARM_ARNS, Output.ALARM_TOPIC_ARN, {}],
    [Output.DEPLOYMENT_ALARMS, Output.ALARM_TOPIC_ARN, {}],
  ])('are rejected without %s if they have %s', (missing, present, outputs) => {
    expect(() => parsed({ ...outputs, [missing]: undefined })).toThrow(
      `${missing} is missing, but ${present} is present`,
    );
  });

  it('have a canary of CloudWatch Synthetics instead of a function, and one that does not sign in', () => {
    expect(parsed(WITH_SYNTHETICS).operation?.canary).toMatchObject({ type: 'synthetics', name: 'lane-canary' });
    expect(parsed({ [Output.CANARY_SECRET_ARN]: undefined }).operation?.canary?.secretArn).toBeUndefined();
    expect(parsed({ [Output.CANARY_FUNCTION]: undefined }).operation?.canary).toBeUndefined();
  });

  it('have no alarms of deployments if the operation turned them off, or has none', () => {
    const outputs = { [Output.DEPLOYMENT_ALARMS]: 'false', [Output.ROLLBACK_ALARM_ARNS]: 'none' };
    expect(parsed(outputs).operation).toMatchObject({ deploymentAlarms: false, rollbackAlarms: [] });
  });

  it('have servers instead of an API', () => {
    const { webSocketApi, webSocketServers, posting } = parsed(WITH_SERVERS);

    expect(webSocketApi).toBeUndefined();
    expect(webSocketServers).toEqual({
      loadBalancerArn: SERVERS.LOAD_BALANCER,
      listenerArn: SERVERS.LISTENER,
      targetGroupArn: SERVERS.TARGET_GROUP,
    });
    expect(posting).toEqual({ securityGroups: [SERVERS.POSTING_GROUP], functions: ['deliver', 'push', 'revoke'] });
  });

  it('have no queues of the delivery if the servers receive no messages from the log', () => {
    const { deadLetterQueues, deliveryQueue, posting } = parsed(WITH_IMAGE);

    expect(deadLetterQueues).toEqual([]);
    expect(deliveryQueue).toBeUndefined();
    expect(posting).toBeUndefined();
  });

  it('have a distribution, the hosts of the lanes behind it, and the path of the WebSocket', () => {
    expect(parsed(GATEWAY.outputs)).toMatchObject({
      httpHost: 'api.example.com',
      webSocketHost: 'ws.example.com',
      socketPath: '/socket',
      httpAlias: undefined,
      webSocketAlias: { name: API_NAME, zoneId: 'ZAPIGATEWAY' },
      webSocketApi: { host: 'ws.example.com', mappingKey: 'socket' },
      distribution: {
        id: 'E1EXAMPLE',
        host: 'app.example.com',
        alias: { name: 'd1.cloudfront.net', zoneId: 'Z2FDTNDATAQYW2' },
        certificateArn: GATEWAY_CERTIFICATE,
        hasPage: true,
        internalLoadBalancers: true,
      },
    });
    expect(parsed(GATEWAY_WITH_SERVERS.outputs).webSocketAlias).toBeUndefined();
    expect(parsed(GATEWAY_WITH_PUBLIC_LOAD_BALANCERS.outputs)).toMatchObject({
      httpAlias: { name: `dualstack.${LOAD_BALANCER_NAME}` },
      webSocketAlias: { name: `dualstack.${SERVERS.NAME}` },
      distribution: { internalLoadBalancers: false },
    });
  });

  it('have one host for both lanes, and no distribution, if their load balancer is the gateway', () => {
    expect(parsed(ONE_LOAD_BALANCER.outputs)).toMatchObject({
      httpHost: 'app.example.com',
      webSocketHost: 'app.example.com',
      socketPath: '/socket',
      distribution: undefined,
    });
  });

  it.each([
    ['gateway', GATEWAY],
    ['gateway with servers', GATEWAY_WITH_SERVERS],
    ['gateway with public load balancers', GATEWAY_WITH_PUBLIC_LOAD_BALANCERS],
    ['one load balancer', ONE_LOAD_BALANCER],
  ] as const)('have, for %s, the outputs of the lanes and of the gateway that its stack has', (name, { outputs }) => {
    const ofLanes = (names: readonly string[]) =>
      names.filter((one) => /^(?:Gateway|Http|WebSocket|Management|LoadBalancer|Posting)/.test(one)).sort();

    expect(ofLanes(Object.keys(changedOutputs(outputs)))).toEqual(
      ofLanes(Object.keys(PLANNED_GATEWAYS[name]().outputs)),
    );
  });

  it('are rejected if a distribution of a former version is in front of the API', () => {
    expect(() => parsed({ [Output.MANAGEMENT_ENDPOINT]: 'https://ws-origin.example.com' })).toThrow(
      'GatewayAliasTarget is missing, but ManagementEndpoint has another host than WebSocketUrl',
    );
  });

  it.each([
    [Output.HTTP_URL, 'http://api.example.com', 'must look like https://api.example.com, got "http://api.example.com"'],
    [
      Output.WEBSOCKET_URL,
      'https://ws.example.com',
      'must look like wss://ws.example.com, got "https://ws.example.com"',
    ],
    [Output.LOAD_BALANCER_ARN, 'lane', 'must look like an ARN of elasticloadbalancing, got "lane"'],
    [Output.HTTP_CERTIFICATE_ARN, LISTENER, `must look like an ARN of acm, got "${LISTENER}"`],
    [
      Output.GATEWAY_CERTIFICATE_ARN,
      CERTIFICATE.replace('us-east-1', 'eu-west-1'),
      `must look like an ARN of acm in us-east-1, got "${CERTIFICATE.replace('us-east-1', 'eu-west-1')}"`,
    ],
    [Output.HTTP_CAPACITY, '2', 'must look like 2-10, got "2"'],
    [Output.HTTP_SCALABLE_TARGET, 'api', 'must look like service/CLUSTER/SERVICE, got "api"'],
    [Output.WEBSOCKET_RATE_LIMIT, 'many', 'must look like 500, got "many"'],
    [Output.WEBSOCKET_SCALABLE_TARGETS, 'connect=1-5', 'must look like function:NAME:ALIAS=1-5, got "connect=1-5"'],
    [Output.FUNCTIONS, 'connect', 'must look like NAME=50,OTHER=, got "connect"'],
    [Output.ALARM_TOPIC_ARN, 'alarms', 'must look like an ARN of sns, got "alarms"'],
    [Output.DELETION_PROTECTION, 'yes', 'must look like true, got "yes"'],
    [Output.TOKEN_KEYS_URL, 'http://login', 'must look like https://login.example.com/keys, got "http://login"'],
    [
      Output.DELIVERY_QUEUE_URL,
      'deliveries',
      'must look like https://sqs.us-east-1.amazonaws.com/123456789012/NAME, got "deliveries"',
    ],
    [Output.TOKEN_ALGORITHMS, 'RS256, ES256', 'must look like RS256,ES256, got "RS256, ES256"'],
    [Output.WEB_ACL_ARN, 'lane', 'must look like an ARN of wafv2, got "lane"'],
    [Output.CONNECTION_TABLE, '', 'must look like a name, got ""'],
  ])('are rejected if %s is %p', (name, value, problem) => {
    expect(() => parsed({ [name]: value })).toThrow(`The outputs of ${STACK} are invalid: ${name} ${problem}`);
  });

  it('are rejected with a missing capacity and other problems together', () => {
    expect(() => parsed({ [Output.HTTP_CAPACITY]: undefined, [Output.WEBSOCKET_STAGE]: undefined })).toThrow(
      'HttpCapacity is missing, but HttpScalableTarget is present; WebSocketStage is missing, but WebSocketApiId is present',
    );
  });

  it('are rejected if they have an issuer without an audience or algorithms', () => {
    expect(() =>
      parsed({
        [Output.TOKEN_AUDIENCE]: undefined,
        [Output.TOKEN_ALGORITHMS]: undefined,
      }),
    ).toThrow(
      'TokenAudience is missing, but TokenIssuer is present; TokenAlgorithms is missing, but TokenIssuer is present',
    );
  });

  it('have no URL of keys if the service discovers it', () => {
    expect(parsed({ [Output.TOKEN_KEYS_URL]: undefined }).tokens).toEqual({
      issuer: ISSUER,
      audience: 'https://api.example.com',
      algorithms: ['RS256', 'ES256'],
    });
  });
});
