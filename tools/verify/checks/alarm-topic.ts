import { DescribeKeyCommand, GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import type { Aws } from '../aws';
import { type Check, check, type Evaluation } from '../../aws-checks/check';
import { type AwsQuery, type Outcome, outcomeOf, type Query } from '../../aws-checks/query';
import type { Deployment } from '../deployment';
import { allows } from './resource-policy';

/** The key with which SNS encrypts by default. Its policy lets no other service use it, and cannot be changed. */
const KEY_OF_SNS = 'alias/aws/sns';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';

/** Actions that a service needs on the key of a topic to publish to it. */
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];

type Place = Pick<Deployment, 'partition' | 'region' | 'account'>;

/** A topic, and the policy of the key with which it is encrypted. */
interface Topic {
  readonly attributes: Partial<Record<string, string>>;
  /** Absent without encryption, and for the key of SNS. */
  readonly keyPolicy?: Outcome<string>;
}

/** Checks that CloudWatch can publish to the topic, and that somebody is subscribed to it. */
export function alarmTopicChecks(topicArn: string, place: Place, aws: Aws): Check[] {
  const query: Query<Topic> = {
    action: 'sns:GetTopicAttributes',
    arn: topicArn,
    // For a topic with a key of its own. The key is not known before.
    also: keyPermissions(place),
    subject: `the topic ${topicArn}`,
    run: async () => {
      const { Attributes: attributes } = await aws.sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
      const key = attributes?.KmsMasterKeyId;
      return (
        attributes && {
          attributes,
          ...(key && !key.endsWith(KEY_OF_SNS) && { keyPolicy: await outcomeOf(keyPolicy(key, place, aws)) }),
        }
      );
    },
  };
  return [
    check('The alarm topic has a confirmed subscription', [query], ({ attributes }) =>
      subscriptions(attributes, topicArn),
    ),
    check('CloudWatch can publish to the alarm topic', [query], (topic) => publishing(topic, place)),
  ];
}

function subscriptions(
  { SubscriptionsConfirmed = '0', SubscriptionsPending = '0' }: Topic['attributes'],
  topicArn: string,
): Evaluation {
  const passed = Number(SubscriptionsConfirmed) > 0;
  const [, , , region] = topicArn.split(':');
  const fix =
    Number(SubscriptionsPending) > 0
      ? 'open the link in the message of SNS'
      : `aws sns subscribe --region ${region} --topic-arn ${topicArn} --protocol email --notification-endpoint EMAIL`;
  const found = `${SubscriptionsConfirmed} confirmed, ${SubscriptionsPending} pending`;
  return { passed, found: passed ? found : `${found}. Fix: ${fix}` };
}

function publishing(
  { attributes: { Policy = '', KmsMasterKeyId: key }, keyPolicy: outcome }: Topic,
  place: Place,
): Evaluation {
  const caller = { service: CLOUDWATCH, account: place.account };
  if (!allows(Policy, caller, ['sns:Publish'])) {
    return {
      passed: false,
      found: `a policy without it. Fix: allow sns:Publish to ${CLOUDWATCH} in the policy of the topic`,
    };
  }
  if (!key) {
    return { passed: true, found: 'allowed, not encrypted' };
  }
  const allowKey = `allow ${KEY_ACTIONS.join(' and ')}* to ${CLOUDWATCH} in the policy of a key of your own`;
  if (!outcome) {
    return { passed: false, found: `encrypted with ${key}, which CloudWatch cannot use. Fix: ${allowKey}, and use it` };
  }
  if ('answer' in outcome) {
    const passed = allows(outcome.answer, caller, KEY_ACTIONS);
    return {
      passed,
      found: passed ? `allowed, encrypted with ${key}` : `${key} does not allow it. Fix: ${allowKey}`,
    };
  }
  return 'missing' in outcome
    ? { passed: false, found: outcome.missing }
    : { passed: false, unknown: true, found: outcome.unanswered };
}

/** The policy of a key: `key` is an id, an ARN or an alias, of which AWS returns a policy only for the first two. */
function keyPolicy(key: string, place: Place, aws: Aws): AwsQuery<string> {
  const [first, ...also] = keyPermissions(place);
  return {
    ...first,
    also,
    subject: `the key ${key}`,
    run: async () => {
      const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId: key }));
      return (await aws.kms.send(new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId }))).Policy;
    },
  };
}

function keyPermissions({ partition, region, account }: Place) {
  const arn = `arn:${partition}:kms:${region}:${account}:key/*`;
  return [
    { action: 'kms:DescribeKey', arn },
    { action: 'kms:GetKeyPolicy', arn },
  ] as const;
}
