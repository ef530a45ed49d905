import { loadAssembly } from '../../assembly/load-assembly';
import { assemblyOf } from './assembly-directory';

const QUEUE = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'inbox' } };
const TOPIC = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } };
const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'worker',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: 'exports.handler = async () => {}' },
    Role: 'arn:aws:iam::000000000000:role/worker',
  },
};
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const blueprintOf = (Resources: object) =>
  loadAssembly(assemblyOf({ Resources: { Inbox: QUEUE, News: TOPIC, Worker: FUNCTION, ...Resources } }));
const rows = ({ notEmulated }: ReturnType<typeof loadAssembly>) =>
  notEmulated.map(({ type }) => type).filter((type) => !type.startsWith('arn:'));

const INBOX = 'arn:aws:sqs:us-east-1:000000000000:inbox';
const NEWS = 'arn:aws:sns:us-east-1:000000000000:news';
const WORKER = 'arn:aws:lambda:us-east-1:000000000000:function:worker';

describe('a subscription', () => {
  const subscription = (Properties: object) => ({
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: 'News' }, ...Properties },
  });

  test('belongs to its topic, with its filter and its dead-letter queue', () => {
    const { topics } = blueprintOf({
      Subscription: subscription({
        Protocol: 'sqs',
        Endpoint: arn('Inbox'),
        RawMessageDelivery: true,
        FilterPolicy: { kind: ['order'] },
        FilterPolicyScope: 'MessageBody',
        RedrivePolicy: { deadLetterTargetArn: arn('Inbox') },
      }),
    });
    expect(topics).toMatchObject([
      {
        arn: NEWS,
        fifo: false,
        subscriptions: [
          {
            logicalId: 'Subscription',
            arn: expect.stringMatching(new RegExp(`^${NEWS}:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)),
            protocol: 'sqs',
            endpoint: INBOX,
            raw: true,
            filterPolicy: '{"kind":["order"]}',
            filterPolicyScope: 'MessageBody',
            deadLetterArn: INBOX,
          },
        ],
      },
    ]);
  });

  test('can be a property of the topic', () => {
    const Subscription = [{ Protocol: 'lambda', Endpoint: arn('Worker') }];
    const { topics } = blueprintOf({ News: { ...TOPIC, Properties: { ...TOPIC.Properties, Subscription } } });
    expect(topics[0]?.subscriptions).toMatchObject([{ protocol: 'lambda', endpoint: WORKER }]);
  });

  test.each([
    ['an address for e-mail', { Protocol: 'email', Endpoint: 'a@example.com' }, 'AWS::SNS::Subscription (email)'],
    ['a queue elsewhere', { Protocol: 'sqs', Endpoint: 'arn:aws:sqs:x:1:y' }, 'AWS::SNS::Subscription (endpoint)'],
    ['a topic elsewhere', { TopicArn: 'arn:aws:sns:x:1:y', Protocol: 'sqs' }, 'AWS::SNS::Subscription (topic)'],
  ])('of %s is listed and receives nothing', (_, properties, row) => {
    const blueprint = blueprintOf({ Subscription: subscription(properties) });
    expect(rows(blueprint)).toEqual([row]);
    expect(blueprint.topics[0]?.subscriptions).toEqual([]);
  });
});

describe('a rule', () => {
  const rule = (Properties: object) => ({ Type: 'AWS::Events::Rule', Properties });
  const EventPattern = { source: ['shop'] };

  test('has its bus, its pattern and the targets that run here', () => {
    const blueprint = blueprintOf({
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } },
      Rule: rule({
        Name: 'orders',
        EventBusName: { Ref: 'Bus' },
        EventPattern,
        Targets: [
          { Id: '1', Arn: arn('Worker'), InputPath: '$.detail', DeadLetterConfig: { Arn: arn('Inbox') } },
          { Id: '2', Arn: { Ref: 'News' }, Input: '{}' },
          { Id: '3', Arn: arn('Inbox'), InputTransformer: { InputPathsMap: { a: '$.a' }, InputTemplate: '<a>' } },
          { Id: '4', Arn: arn('Bus') },
          { Id: '5', Arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:x' },
        ],
      }),
    });
    expect(blueprint.eventBuses).toMatchObject([{ name: 'shop' }]);
    expect(blueprint.rules).toMatchObject([
      {
        arn: 'arn:aws:events:us-east-1:000000000000:rule/shop/orders',
        busArn: 'arn:aws:events:us-east-1:000000000000:event-bus/shop',
        eventPattern: '{"source":["shop"]}',
        targets: [
          { arn: WORKER, inputPath: '$.detail', deadLetterArn: INBOX },
          { arn: NEWS, input: '{}' },
          { arn: INBOX, inputTransformer: { paths: { a: '$.a' }, template: '<a>' } },
          { arn: 'arn:aws:events:us-east-1:000000000000:event-bus/shop' },
        ],
      },
    ]);
    expect(rows(blueprint)).toEqual(['AWS::Events::Rule (target states)']);
  });

  test.each([
    ['disabled', { State: 'DISABLED', EventPattern }, 0],
    ['schedule', { ScheduleExpression: 'rate(1 minute)' }, 0],
    ['events of AWS', { EventPattern: { source: ['aws.s3'] } }, 1],
  ])('that never has an event is listed: %s', (detail, properties, count) => {
    const blueprint = blueprintOf({ Rule: rule(properties) });
    expect([rows(blueprint), blueprint.rules.length]).toEqual([[`AWS::Events::Rule (${detail})`], count]);
  });
});

describe('a function', () => {
  const config = (DestinationConfig: object) => ({
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: 'Worker' }, Qualifier: '$LATEST', MaximumRetryAttempts: 1, DestinationConfig },
  });

  test('has the settings of its asynchronous invocations', () => {
    const DeadLetterConfig = { TargetArn: arn('Inbox') };
    const { functions } = blueprintOf({
      Worker: { ...FUNCTION, Properties: { ...FUNCTION.Properties, DeadLetterConfig } },
      Config: config({ OnFailure: { Destination: { Ref: 'News' } }, OnSuccess: { Destination: arn('Worker') } }),
    });
    expect(functions).toMatchObject([
      {
        deadLetterArn: INBOX,
        asynchronous: {
          maximumRetryAttempts: 1,
          maximumEventAgeSeconds: 21_600,
          onFailure: NEWS,
          onSuccess: WORKER,
        },
      },
    ]);
  });

  test('with a destination that does not run here is listed', () => {
    const blueprint = blueprintOf({ Config: config({ OnFailure: { Destination: 'arn:aws:s3:::bucket' } }) });
    expect(rows(blueprint)).toEqual(['AWS::Lambda::EventInvokeConfig (destination)']);
    expect(blueprint.functions[0]?.asynchronous).not.toHaveProperty('onFailure');
  });
});
