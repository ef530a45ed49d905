import { once } from 'node:events';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Stack } from 'aws-cdk-lib';
import {
  CfnIntegration,
  CfnIntegrationResponse,
  CfnRoute,
  CfnRouteResponse,
  HttpMethod,
  PassthroughBehavior,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketAwsIntegration, WebSocketMockIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { WebSocket } from 'ws';
import { credentialsOf } from '../../../identity/credentials';
import { synthesized } from '../../assembly/assembly-directory';
import { RunningApp } from '../../running-app';

jest.setTimeout(60_000);

const REGION = 'eu-west-1';
const ACCOUNT = '111122223333';
const OWN_KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };

let app: RunningApp;
let dynamoDB: DynamoDBClient;
let sqs: SQSClient;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  app = await RunningApp.start(
    synthesized(
      (cdk) => void new IntegrationsStack(cdk, 'Integrations', { env: { region: REGION, account: ACCOUNT } }),
    ),
  );
  const options = { region: REGION, endpoint: app.awsEndpoint, credentials: OWN_KEYS };
  dynamoDB = new DynamoDBClient(options);
  sqs = new SQSClient(options);
});

afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  dynamoDB?.destroy();
  sqs?.destroy();
  await app?.stop();
});

test('$connect writes an item to a table, and $disconnect deletes it', async () => {
  const socket = await connected('Sessions', '?token=abc');
  const [item, ...others] = await itemsWith('abc');
  expect(others).toEqual([]);
  expect(item).toEqual({
    connectionid: { S: expect.stringMatching(/^[\w-]{15}=$/) },
    token: { S: 'abc' },
    headers: { S: expect.stringMatching(/^\{Host=[\w.-]+, .*X-Forwarded-Port=443, X-Forwarded-Proto=https\}$/) },
    ttl: { N: expect.stringMatching(/^\d{13}$/) },
  });
  socket.close();
  await app.line(({ text }) => text.startsWith(`${item?.connectionid?.S} $disconnect: 200`));
  expect(await itemsWith('abc')).toEqual([]);
});

test('a message goes to a queue, in the form of a mapping template', async () => {
  const socket = await connected('Sessions');
  socket.send('{"action":"order","text":"two & three"}');
  await app.line(({ text }) => text.includes('order: 200'));
  const QueueUrl = `${app.awsEndpoint}/${ACCOUNT}/orders`;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ['All'] }),
  );
  expect(Messages).toMatchObject([
    {
      Body: '{"action":"order","text":"two & three"}',
      MessageAttributes: { connectionId: { StringValue: expect.stringMatching(/=$/) } },
    },
  ]);
});

test('a message goes to a topic, and from there to the queue that subscribes', async () => {
  const socket = await connected('Sessions');
  socket.send('{"action":"notice","text":"two & three"}');
  const QueueUrl = `${app.awsEndpoint}/${ACCOUNT}/notices`;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
  expect(Messages).toMatchObject([{ Body: 'two & three' }]);
});

test('a MOCK integration answers without a function', async () => {
  expect(await answer('Sessions', '{"action":"ping"}')).toBe('{"pong":true}');
});

test('a function that is not a proxy receives the mapped event, and its payload is the answer', async () => {
  expect(await answer('Sessions', '{"action":"greet","name":"Ann"}')).toBe('{"hello":"Ann"}');
});

test('a call that the role does not allow is an Internal server error, and the log has the statement to add', async () => {
  expect(await answer('Sessions', '{"action":"denied"}')).toMatch(/^\{"message": "Internal server error"/);
  const line = await app.line(({ text }) => text.includes('is not allowed to call dynamodb:Scan'));
  expect(line).toMatchObject({ process: 'aws', text: expect.stringContaining('"Action":"dynamodb:Scan"') });
});

test('AWS_IAM requires a handshake that is signed by a role that may connect', async () => {
  expect(await refused('Signed', undefined)).toBe(403);
  expect(await refused('Signed', 'Stranger')).toBe(403);
  expect(await refused('Signed', 'Client')).toBe('open');
});

test('nothing of the integrations is listed as not emulated', () => {
  expect(app.notEmulated.filter((type) => type.startsWith('AWS::ApiGatewayV2'))).toEqual([]);
});

class IntegrationsStack extends Stack {
  private readonly table = new Table(this, 'Table', {
    tableName: 'sessions',
    partitionKey: { name: 'connectionid', type: AttributeType.STRING },
  });

  private readonly queue = new Queue(this, 'Orders', { queueName: 'orders' });
  private readonly topic = new Topic(this, 'Notices', { topicName: 'notices' });
  private readonly role = new Role(this, 'Gateway', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });

  constructor(...args: ConstructorParameters<typeof Stack>) {
    super(...args);
    this.table.grant(this.role, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    this.queue.grantSendMessages(this.role);
    const notices = new Queue(this, 'NoticesQueue', { queueName: 'notices' });
    this.topic.addSubscription(new SqsSubscription(notices, { rawMessageDelivery: true }));
    this.topic.grantPublish(this.role);
    this.addSessions();
    this.addSigned();
  }

  private addSessions(): void {
    const api = new WebSocketApi(this, 'Sessions', {
      connectRouteOptions: {
        integration: this.dynamoDB('PutItem', {
          TableName: this.table.tableName,
          Item: {
            connectionid: { S: '$context.connectionId' },
            token: { S: "$input.params('token')" },
            headers: { S: "$input.params().get('header')" },
            ttl: { N: '$ttl' },
          },
        }),
      },
      disconnectRouteOptions: {
        integration: this.dynamoDB('DeleteItem', {
          TableName: this.table.tableName,
          Key: { connectionid: { S: '$context.connectionId' } },
        }),
      },
    });
    api.addRoute('order', { integration: this.orders() });
    api.addRoute('notice', { integration: this.notices() });
    api.addRoute('denied', {
      integration: this.dynamoDB('Scan', { TableName: this.table.tableName }),
      returnResponse: true,
    });
    const ping = api.addRoute('ping', {
      integration: new WebSocketMockIntegration('Ping', {
        requestTemplates: { '200': '{"statusCode":200}' },
        templateSelectionExpression: '200',
      }),
      returnResponse: true,
    });
    const integrationId = ping.node.findAll().find((one) => one instanceof CfnIntegration)?.ref ?? '';
    new CfnIntegrationResponse(this, 'Pong', {
      ...{ apiId: api.apiId, integrationId },
      integrationResponseKey: '/200/',
      responseTemplates: { '200': '{"pong":true}' },
      templateSelectionExpression: '200',
    });
    this.addGreet(api);
    new WebSocketStage(this, 'SessionsStage', { webSocketApi: api, stageName: 'live', autoDeploy: true });
  }

  private dynamoDB(action: string, request: object): WebSocketAwsIntegration {
    return new WebSocketAwsIntegration(action, {
      integrationUri: `arn:aws:apigateway:${REGION}:dynamodb:action/${action}`,
      integrationMethod: HttpMethod.POST,
      credentialsRole: this.role,
      templateSelectionExpression: '\\$default',
      requestTemplates: {
        $default: `#set($ttl = $context.requestTimeEpoch + 86400)\n${this.toJsonString(request)}`,
      },
    });
  }

  private orders(): WebSocketAwsIntegration {
    const attribute =
      'MessageAttribute.1.Name=connectionId&MessageAttribute.1.Value.StringValue=$util.urlEncode($context.connectionId)' +
      '&MessageAttribute.1.Value.DataType=String';
    return new WebSocketAwsIntegration('Orders', {
      integrationUri: `arn:aws:apigateway:${REGION}:sqs:path/${ACCOUNT}/${this.queue.queueName}`,
      integrationMethod: HttpMethod.POST,
      credentialsRole: this.role,
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
      templateSelectionExpression: '\\$default',
      requestTemplates: {
        $default: `Action=SendMessage&${attribute}&MessageBody=$util.urlEncode($input.json('$'))`,
      },
    });
  }

  private notices(): WebSocketAwsIntegration {
    return new WebSocketAwsIntegration('Notices', {
      integrationUri: `arn:aws:apigateway:${REGION}:sns:action/Publish`,
      integrationMethod: HttpMethod.POST,
      credentialsRole: this.role,
      requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
      templateSelectionExpression: 'request.body.action',
      requestTemplates: {
        $default: `TopicArn=$util.urlEncode("${this.topic.topicArn}")&Message=$util.urlEncode($input.path('$.text'))`,
      },
    });
  }

  /** Adds a route with an integration for which the CDK has no construct: a function that is not a proxy. */
  private addGreet(api: WebSocketApi): void {
    const greet = new LambdaFunction(this, 'Greet', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async ({ name }) => ({ hello: name });'),
    });
    const integration = new CfnIntegration(this, 'GreetIntegration', {
      apiId: api.apiId,
      integrationType: 'AWS',
      integrationUri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${greet.functionArn}/invocations`,
      requestTemplates: { 'application/json': '{"name":$input.json(\'$.name\')}' },
    });
    const ids = { apiId: api.apiId, integrationId: integration.ref };
    new CfnIntegrationResponse(this, 'GreetIntegrationResponse', { ...ids, integrationResponseKey: '$default' });
    const route = new CfnRoute(this, 'GreetRoute', {
      ...{ apiId: api.apiId, routeKey: 'greet', target: `integrations/${integration.ref}` },
    });
    new CfnRouteResponse(this, 'GreetResponse', {
      ...{ apiId: api.apiId, routeId: route.ref, routeResponseKey: '$default' },
    });
  }

  private addSigned(): void {
    const api = new WebSocketApi(this, 'Signed', {
      connectRouteOptions: {
        integration: new WebSocketMockIntegration('Admit'),
        authorizer: new WebSocketIamAuthorizer(),
      },
    });
    const stage = new WebSocketStage(this, 'SignedStage', { webSocketApi: api, stageName: 'live', autoDeploy: true });
    const assumedBy = new ServicePrincipal('ec2.amazonaws.com');
    const client = new Role(this, 'Client', { roleName: 'Client', assumedBy });
    client.addToPolicy(
      new PolicyStatement({
        actions: ['execute-api:Invoke'],
        resources: [api.arnForExecuteApiV2('$connect', stage.stageName)],
      }),
    );
    new Role(this, 'Stranger', { roleName: 'Stranger', assumedBy });
  }
}

async function itemsWith(token: string) {
  const { Items = [] } = await dynamoDB.send(new ScanCommand({ TableName: 'sessions' }));
  return Items.filter((item) => item.token?.S === token);
}

function open(api: string, query = '', headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(`${app.url('websocket', api)}${query}`, { headers });
  sockets.push(socket);
  socket.on('error', () => socket.terminate());
  return socket;
}

async function connected(api: string, query?: string): Promise<WebSocket> {
  const socket = open(api, query);
  await once(socket, 'open');
  return socket;
}

async function answer(api: string, message: string): Promise<string> {
  const socket = await connected(api);
  const answered = once(socket, 'message');
  socket.send(message);
  const [data] = await answered;
  socket.close();
  return data.toString();
}

/** @returns the status of a handshake that the role signed, or `open` */
async function refused(api: string, role: string | undefined): Promise<number | 'open'> {
  const { accessKeyId } = credentialsOf(`arn:aws:iam::${ACCOUNT}:role/${role}`);
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${REGION}/execute-api/aws4_request, Signature=0`,
    'X-Amz-Date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
  };
  const socket = open(api, '', role === undefined ? {} : headers);
  return Promise.race([
    once(socket, 'open').then(() => 'open' as const),
    once(socket, 'unexpected-response').then(([, response]) => {
      response.resume();
      return response.statusCode;
    }),
  ]);
}
