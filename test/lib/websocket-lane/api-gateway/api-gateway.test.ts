import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LaneRoute } from '../../../../lib/websocket-lane/api-gateway/lane-route';
import { MessageLog } from '../../../../lib/storage/message-log';
import { admission, apiGatewayOf, ORIGIN, webSocketLane } from '../../lanes';
import { exampleDomain, statementsOf, testStack } from '../../synthesized';

describe('a WebSocket lane with an API', () => {
  const stack = testStack();
  const messageLog = new MessageLog(stack, 'MessageLog');
  const domain = exampleDomain(stack, 'ws.example.com');
  const who = admission(stack);
  const lane = webSocketLane(stack, { domain, messageLog, admission: who });
  const api = apiGatewayOf(lane);
  const template = Template.fromStack(stack);
  const ApiId = stack.resolve(api.api.apiId);
  const ADMISSION_TABLE = stack.resolve(who.table?.tableName);
  const CONNECTION_TABLE = stack.resolve(lane.connectionTable.table.tableName);

  test('is a dual-stack API that selects routes by action and is reachable only at its own domain', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      Name: Match.stringLikeRegexp('^Test-WebSocketLane-[0-9A-F]{8}$'),
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
      IpAddressType: 'dualstack',
      DisableExecuteApiEndpoint: true,
    });
  });

  test('has a Regional, dual-stack domain with the only TLS policy that WebSocket APIs support', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'ws.example.com',
      DomainNameConfigurations: [
        {
          CertificateArn: domain.certificate.certificateArn,
          EndpointType: 'REGIONAL',
          IpAddressType: 'dualstack',
          SecurityPolicy: 'TLS_1_2',
        },
      ],
    });
  });

  test('has its stage at the root of the domain', () => {
    const [stage] = Object.keys(template.findResources('AWS::ApiGatewayV2::Stage'));
    template.hasResource('AWS::ApiGatewayV2::ApiMapping', {
      DependsOn: Match.arrayWith([stage]),
      Properties: {
        ApiId,
        DomainName: stack.resolve(api.domainName.name),
        Stage: 'live',
        ApiMappingKey: Match.absent(),
      },
    });
  });

  test.each(['A', 'AAAA'])('has an alias record of type %s for its domain', (Type) => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Type,
      Name: 'ws.example.com.',
      AliasTarget: {
        DNSName: stack.resolve(api.domainName.regionalDomainName),
        HostedZoneId: stack.resolve(api.domainName.regionalHostedZoneId),
      },
    });
  });

  test('has a stage with automatic deployment, throttling and metrics that logs errors and no frames', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      ApiId,
      StageName: 'live',
      AutoDeploy: true,
      DefaultRouteSettings: {
        ThrottlingRateLimit: 1000,
        ThrottlingBurstLimit: 500,
        DetailedMetricsEnabled: true,
        LoggingLevel: 'ERROR',
        DataTraceEnabled: false,
      },
    });
    expect(api.throttle).toEqual({ rateLimit: 1000, burstLimit: 500 });
  });

  test('logs a line of JSON for each handshake and frame, and keeps it for three months', () => {
    const [[group]] = Object.entries(template.findResources('AWS::Logs::LogGroup')).filter(([id]) =>
      id.includes('AccessLogs'),
    ) as [[string, unknown]];
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      AccessLogSettings: {
        DestinationArn: { 'Fn::GetAtt': [group, 'Arn'] },
        Format: Match.serializedJson(
          Match.objectLike({ connectionId: '$context.connectionId', status: '$context.status' }),
        ),
      },
    });
    template.allResources('AWS::Logs::LogGroup', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { RetentionInDays: 90 },
    });
  });

  test('owns the log group of API Gateway for errors, which exists before the stage', () => {
    const [group = ''] = Object.keys(
      template.findResources('AWS::Logs::LogGroup', {
        Properties: {
          LogGroupName: { 'Fn::Join': ['', ['/aws/apigateway/', stack.resolve(api.api.apiId), '/live']] },
        },
      }),
    );
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.DependsOn).toContain(group);
  });

  test('creates the stage after all routes and their responses, so that its first deployment contains them', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.DependsOn).toEqual(
      expect.arrayContaining(
        ['Route', 'RouteResponse'].flatMap((type) => Object.keys(template.findResources(`AWS::ApiGatewayV2::${type}`))),
      ),
    );
  });

  test('does not set the logging role of the account', () => {
    template.resourceCountIs('AWS::ApiGateway::Account', 0);
  });

  test.each([
    ['$connect', api.connect, undefined],
    ['$disconnect', api.disconnect, undefined],
    ['$default', api.message, '$default'],
  ])('handles %s with a separate function', (RouteKey, fn, RouteResponseSelectionExpression) => {
    const [integration] = Object.keys(
      template.findResources('AWS::ApiGatewayV2::Integration', {
        Properties: {
          ApiId,
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: {
            'Fn::Join': [
              '',
              Match.arrayWith([stack.resolve(fn.function.functionArn), '/invocations']) as unknown as string[],
            ],
          },
        },
      }),
    );
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      ApiId,
      RouteKey,
      AuthorizationType: 'NONE',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: integration }]] },
      RouteResponseSelectionExpression: RouteResponseSelectionExpression ?? Match.absent(),
    });
    template.resourcePropertiesCountIs(
      'AWS::Lambda::Permission',
      { Principal: 'apigateway.amazonaws.com', FunctionName: stack.resolve(fn.function.functionArn) },
      1,
    );
  });

  test('has three functions without a VPC, each with its own role and log group', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function')).map((fn) => fn.Properties);
    expect(functions).toHaveLength(3);
    expect(api.functions).toEqual([api.connect, api.disconnect, api.message]);
    expect(new Set(functions.map(({ Role }) => JSON.stringify(Role))).size).toBe(3);
    expect(new Set(functions.map(({ LoggingConfig }) => JSON.stringify(LoggingConfig))).size).toBe(3);
    for (const fn of functions) {
      expect(fn).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(fn).not.toHaveProperty('VpcConfig');
      expect(fn).not.toHaveProperty('ReservedConcurrentExecutions');
    }
  });

  test.each([
    [
      'connect',
      api.connect,
      {
        CONNECTION_TABLE,
        ADMISSION_TABLE,
        CONNECTIONS_PER_SUBJECT: '20',
        FRAME_RATE_LIMIT: '20/200',
        ALLOWED_ORIGINS: ORIGIN,
        WEBSOCKET_HOST: 'ws.example.com',
        ORIGIN_SECRET: 'none',
        METRIC_LANE: lane.metricLane,
      },
    ],
    ['disconnect', api.disconnect, { CONNECTION_TABLE }],
    [
      'message',
      api.message,
      {
        CONNECTION_TABLE,
        ADMISSION_TABLE,
        FRAME_RATE_LIMIT: '20/200',
        SUBJECT_RATE_LIMIT: '100/200',
        MESSAGE_LOG_TABLE: stack.resolve(messageLog.table.tableName),
        MESSAGE_RETENTION_SECONDS: '86400',
        HINT_QUEUE_URL: stack.resolve(messageLog.hintQueue.queueUrl),
        HINT_AFTER_MILLISECONDS: '600',
        METRIC_LANE: lane.metricLane,
      },
    ],
  ])('passes to the function %s exactly the variables that it reads', (_name, fn, Variables) => {
    const { Ref } = stack.resolve(fn.function.functionName);
    expect(template.findResources('AWS::Lambda::Function')[Ref]?.Properties.Environment).toEqual({ Variables });
  });

  test.each([
    [
      'connect',
      api.connect,
      [
        ['connections', 'dynamodb:PutItem'],
        ['connections', 'dynamodb:Query'],
        ['connections', ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem']],
        ['admission', ['dynamodb:DeleteItem', 'dynamodb:GetItem']],
        ['admission', 'dynamodb:ConditionCheckItem'],
        ['admission', 'dynamodb:PutItem'],
      ],
    ],
    [
      'disconnect',
      api.disconnect,
      [
        ['connections', ['dynamodb:GetItem', 'dynamodb:Query']],
        ['connections', 'dynamodb:DeleteItem'],
      ],
    ],
    [
      'message',
      api.message,
      [
        [
          'connections',
          [
            'dynamodb:BatchGetItem',
            'dynamodb:DeleteItem',
            'dynamodb:GetItem',
            'dynamodb:PutItem',
            'dynamodb:Query',
            'dynamodb:UpdateItem',
          ],
        ],
        ['log', ['dynamodb:BatchGetItem', 'dynamodb:GetItem']],
        ['log', 'dynamodb:PutItem'],
        ['hints', 'sqs:SendMessage'],
        ['admission', 'dynamodb:UpdateItem'],
        ['admission', 'dynamodb:PutItem'],
      ],
    ],
  ])('grants to the function %s exactly the operations of tables and queues that it uses', (_name, fn, expected) => {
    const arns = {
      connections: lane.connectionTable.table.tableArn,
      log: messageLog.table.tableArn,
      hints: messageLog.hintQueue.queueArn,
      admission: who.table?.tableArn,
    };
    // The first statements, for the log and the traces, are the same for every lane function.
    expect(statementsOf(stack, fn).slice(fn.tracing ? 2 : 1)).toEqual(
      expected.map(([name, Action]) =>
        expect.objectContaining({
          Effect: 'Allow',
          Action,
          Resource: stack.resolve(arns[name as keyof typeof arns]),
        }),
      ),
    );
  });

  test('has a URL and a management endpoint at its own host without a stage in the path', () => {
    expect(lane.url).toBe('wss://ws.example.com');
    expect(api.managementEndpoint).toBe('https://ws.example.com');
  });

  test.each([
    ['ConnectCount', 'SampleCount', api.metricConnectCount()],
    ['MessageCount', 'SampleCount', api.metricMessageCount()],
    ['IntegrationError', 'Sum', api.metricIntegrationError()],
    ['ClientError', 'Sum', api.metricClientError()],
    ['ExecutionError', 'Sum', api.metricExecutionError()],
    ['IntegrationLatency', 'p90', api.metricIntegrationLatency()],
  ])('has the metric %s of its stage with the statistic %s over 5 minutes', (metricName, statistic, metric) => {
    expect(stack.resolve(metric)).toMatchObject({
      namespace: 'AWS/ApiGateway',
      metricName,
      statistic,
      period: Duration.minutes(5),
      dimensions: { ApiId, Stage: 'live' },
    });
  });

  test('has the metric of the handshakes and frames that its code refused for a reason', () => {
    expect(lane.metricRefused('unauthorized')).toMatchObject({
      namespace: 'Twinlane',
      metricName: 'Refused',
      dimensions: { Lane: lane.metricLane, Reason: 'unauthorized' },
      statistic: 'Sum',
      period: Duration.minutes(1),
    });
  });

  test('traces all functions except the one that answers frames, because most frames are pings', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions.map(({ Properties }) => [Properties.Description, Properties.TracingConfig?.Mode])).toEqual([
      ['WebSocket lane: opens a connection', 'Active'],
      ['WebSocket lane: removes a closed connection', 'Active'],
      ['WebSocket lane: answers frames', undefined],
    ]);
  });

  test('has metrics with the given options', () => {
    expect(api.metricClientError({ statistic: 'Average', period: Duration.minutes(1) })).toMatchObject({
      statistic: 'Average',
      period: Duration.minutes(1),
    });
  });
});

describe('a grant of a WebSocket lane with an API to', () => {
  const stack = testStack();
  const lane = webSocketLane(stack);
  const grantee = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const poster = grantee('Poster');
  const closer = grantee('CloseRequests');
  lane.grantPost(poster);
  lane.grantDisconnect(closer);

  test.each([
    ['post', poster, 'POST'],
    ['disconnect', closer, 'DELETE'],
  ])('%s applies to connections of this stage only', (_name, role, verb) => {
    expect(statementsOf(stack, role)).toEqual([
      {
        Effect: 'Allow',
        Action: 'execute-api:ManageConnections',
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:aws:execute-api:us-east-1:',
              { Ref: 'AWS::AccountId' },
              ':',
              stack.resolve(apiGatewayOf(lane).api.apiId),
              `/live/${verb}/@connections/*`,
            ],
          ],
        },
      },
    ]);
  });
});

test('the function of a route can post to connections, without a cycle of dependencies', () => {
  const stack = testStack();
  const lane = webSocketLane(stack);
  const route = apiGatewayOf(lane).addRoute('chat', LaneRoute.bundled({ entry: 'lambda/message.handler.ts' }));
  lane.grantPost(route);
  expect(() => Template.fromStack(stack)).not.toThrow();
});
