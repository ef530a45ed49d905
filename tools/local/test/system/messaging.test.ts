import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as Handler, type FunctionProps, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { synthesized } from '../assembly/assembly-directory';
import { RunningApp } from '../running-app';

jest.setTimeout(30_000);

let app: RunningApp;
let sqs: SQSClient;
let lambda: LambdaClient;

beforeAll(async () => {
  app = await RunningApp.start(synthesized((cdk) => void new OrdersStack(cdk, 'Orders')));
  const credentials = { accessKeyId: 'developer', secretAccessKey: 'secret' };
  const config = { endpoint: app.awsEndpoint, region: 'us-east-1', credentials };
  sqs = new SQSClient(config);
  lambda = new LambdaClient(config);
});

afterAll(async () => {
  sqs.destroy();
  lambda.destroy();
  await app.stop();
});

/** A function that publishes and puts events, and functions that report what they receive to the queue `results`. */
class OrdersStack extends Stack {
  private readonly results = new Queue(this, 'Results', { queueName: 'results' });

  constructor(...args: ConstructorParameters<typeof Stack>) {
    super(...args);
    const topic = new Topic(this, 'News');
    const inbox = new Queue(this, 'Inbox');
    const filterPolicy = { kind: SubscriptionFilter.stringFilter({ allowlist: ['order'] }) };
    topic.addSubscription(new SqsSubscription(inbox, { rawMessageDelivery: true, filterPolicy }));
    this.reporter('OfQueue', 'event.Records[0].body').addEventSource(new SqsEventSource(inbox));

    const eventBus = new EventBus(this, 'Bus', { eventBusName: 'shop' });
    const targets = [new LambdaFunction(this.reporter('OfRule', "event['detail-type'] + ' ' + event.detail.id"))];
    new Rule(this, 'Rule', { eventBus, eventPattern: { source: ['shop'] }, targets });

    const sender = this.handler(
      'Sender',
      `const { SNSClient, PublishCommand } = require('@aws-sdk/client-sns');
      const { EventBridgeClient, PutEventsCommand } = require('@aws-sdk/client-eventbridge');
      const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
      exports.handler = async ({ publish, put }) => {
        if (publish) {
          const MessageAttributes = { kind: { DataType: 'String', StringValue: 'order' } };
          const { MessageId } = await new SNSClient({}).send(
            new PublishCommand({ TopicArn: process.env.TOPIC, Message: publish, MessageAttributes }),
          );
          return MessageId;
        }
        if (put) {
          const Entries = [{ EventBusName: 'shop', Source: 'shop', DetailType: 'Order', Detail: JSON.stringify({ id: put }) }];
          return (await new EventBridgeClient({}).send(new PutEventsCommand({ Entries }))).FailedEntryCount;
        }
        return (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn;
      };`,
      { environment: { TOPIC: topic.topicArn } },
    );
    topic.grantPublish(sender);
    eventBus.grantPutEventsTo(sender);

    this.handler('Failing', `exports.handler = async () => { throw new Error('boom'); };`, {
      retryAttempts: 0,
      onFailure: new SqsDestination(new Queue(this, 'Dead', { queueName: 'dead' })),
    });
  }

  /** @param text an expression of the event, in JavaScript */
  private reporter(id: string, text: string): Handler {
    const handler = this.handler(
      id,
      `const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
      const sqs = new SQSClient({});
      exports.handler = async (event) =>
        sqs.send(new SendMessageCommand({ QueueUrl: process.env.RESULTS, MessageBody: '${id}: ' + ${text} }));`,
      { environment: { RESULTS: this.results.queueUrl } },
    );
    this.results.grantSendMessages(handler);
    return handler;
  }

  private handler(id: string, code: string, more: Partial<FunctionProps>): Handler {
    return new Handler(this, id, {
      functionName: id,
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(code),
      ...more,
    });
  }
}

async function invoked(FunctionName: string, event: object): Promise<unknown> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  expect(FunctionError).toBeUndefined();
  return JSON.parse(Payload?.transformToString() ?? '');
}

const results = new Map<string, string[]>();

/** Receives from a queue until a message matches. The tests share what they received. */
async function received(QueueName: string, wanted: RegExp): Promise<string> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const bodies = results.get(QueueName) ?? [];
  results.set(QueueName, bodies);
  for (;;) {
    const found = bodies.find((body) => wanted.test(body));
    if (found !== undefined) {
      return found;
    }
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    bodies.push(...Messages.map(({ Body = '' }) => Body));
  }
}

test('a message of a function reaches another one through a topic and a queue', async () => {
  expect(await invoked('Sender', { publish: 'hello' })).toMatch(/^[0-9a-f-]{36}$/);
  expect(await received('results', /^OfQueue/)).toBe('OfQueue: hello');
});

test('an event of a function reaches another one through a rule of an event bus', async () => {
  expect(await invoked('Sender', { put: 7 })).toBe(0);
  expect(await received('results', /^OfRule/)).toBe('OfRule: Order 7');
});

test('an asynchronous invocation that fails sends its record to the on-failure destination', async () => {
  const { StatusCode } = await lambda.send(
    new InvokeCommand({ FunctionName: 'Failing', InvocationType: 'Event', Payload: '{"a":1}' }),
  );
  expect(StatusCode).toBe(202);
  expect(JSON.parse(await received('dead', /boom/))).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
    requestPayload: { a: 1 },
    responsePayload: { errorType: 'Error', errorMessage: 'boom' },
  });
});

test('a function knows its role by STS', async () => {
  expect(await invoked('Sender', {})).toMatch(/^arn:aws:sts::000000000000:assumed-role\/Orders-Sender[\w-]+\/local$/);
});
