import type { QueueBlueprint, SubscriptionBlueprint, TopicBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { FunctionArns } from './functions';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

/** A subscription of its own, or one in the property `Subscription` of a topic, which has only a protocol and an endpoint. */
interface Declared {
  readonly resource: Resource;
  readonly arn: string;
  readonly property: (name: string) => Property;
}

/** Reads each `AWS::SNS::Topic` with its subscriptions of queues and functions of the assembly. */
export function topicsOf(
  assembly: Assembly,
  functions: FunctionArns,
  queues: readonly QueueBlueprint[],
  notEmulated: NotEmulated,
): TopicBlueprint[] {
  const topics = assembly.ofType('AWS::SNS::Topic');
  const subscriptions = assembly.ofType('AWS::SNS::Subscription').map((resource) => ({
    topicArn: resource.property('TopicArn').text(),
    resource,
    arn: resource.identity.arn,
    property: (name: string) => resource.property(name),
  }));
  for (const { resource, topicArn } of subscriptions) {
    if (!topics.some(({ identity }) => identity.arn === topicArn)) {
      const meaning = 'Its topic is not in this assembly, so its endpoint receives no messages.';
      notEmulated.add('AWS::SNS::Subscription (topic)', resource.logicalId, meaning);
    }
  }
  return topics.map((topic) => {
    const fifo = topic.property('FifoTopic').flag(false);
    const inline = topic
      .property('Subscription')
      .items()
      .map((item, index): Declared => ({
        resource: topic,
        arn: `${topic.identity.arn}:00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
        property: (name) => item.at(name),
      }));
    const own = subscriptions.filter(({ topicArn }) => topicArn === topic.identity.arn);
    return {
      ...topic.regional,
      displayName: topic.property('DisplayName').optionalText() ?? '',
      fifo,
      contentBasedDeduplication: topic.property('ContentBasedDeduplication').flag(false),
      subscriptions: [...inline, ...own].flatMap((declared) => {
        const endpoint = endpointOf(declared, fifo, functions, queues, notEmulated);
        return endpoint ? [subscriptionOf(declared, endpoint)] : [];
      }),
    };
  });
}

type Endpoint = Pick<SubscriptionBlueprint, 'protocol' | 'endpoint'>;

function endpointOf(
  { resource, property }: Declared,
  fifo: boolean,
  functions: FunctionArns,
  queues: readonly QueueBlueprint[],
  notEmulated: NotEmulated,
): Endpoint | undefined {
  const protocol = property('Protocol').text();
  const omit = (detail: string, meaning: string) => {
    notEmulated.add(`AWS::SNS::Subscription (${detail})`, resource.logicalId, meaning);
    return undefined;
  };
  if (protocol !== 'sqs' && protocol !== 'lambda') {
    return omit(protocol, 'Only queues and functions receive messages of topics here.');
  }
  if (fifo && protocol === 'lambda') {
    return omit('function of a FIFO topic', 'AWS rejects it: a FIFO topic delivers to queues only.');
  }
  const reference = property('Endpoint').text();
  const endpoint =
    protocol === 'lambda' ? functions.find(reference, resource) : queues.find(({ arn }) => arn === reference)?.arn;
  return endpoint === undefined
    ? omit('endpoint', 'Its endpoint does not run here, so nothing is delivered to it.')
    : { protocol, endpoint };
}

function subscriptionOf({ resource, arn, property }: Declared, endpoint: Endpoint): SubscriptionBlueprint {
  const policy = property('FilterPolicy');
  const deadLetterArn = property('RedrivePolicy').at('deadLetterTargetArn').optionalText();
  const scope = property('FilterPolicyScope').optionalText();
  return {
    logicalId: resource.logicalId,
    arn,
    ...endpoint,
    raw: property('RawMessageDelivery').flag(false),
    filterPolicyScope: scope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes',
    ...(policy.exists && { filterPolicy: JSON.stringify(policy.value()) }),
    ...(deadLetterArn !== undefined && { deadLetterArn }),
  };
}
