import { deniedError, throwing } from '../../aws-checks/aws-errors';
import { ALARM_TOPIC, type Answers, TOPIC_ATTRIBUTES } from '../passing-deployment';
import { finding, itFailsFor } from '../mocked-aws';

const topic = (changed: Record<string, string>, others: Partial<Answers> = {}): Partial<Answers> => ({
  GetTopicAttributes: () => ({ Attributes: { ...TOPIC_ATTRIBUTES, ...changed } }),
  ...others,
});

const policy = (...Statement: object[]) => JSON.stringify({ Statement });

/** A key, by its alias, with a policy that allows CloudWatch these actions. */
const keyOf = (Action: string[]): Partial<Answers> => ({
  DescribeKey: ({ KeyId }) => ({ KeyMetadata: { KeyId: KeyId === 'alias/alarms' ? 'key-1' : undefined } }),
  GetKeyPolicy: ({ KeyId }) => ({
    Policy:
      KeyId === 'key-1'
        ? policy({ Effect: 'Allow', Principal: { Service: ['cloudwatch.amazonaws.com'] }, Action })
        : undefined,
  }),
});

const ENCRYPTED = { KmsMasterKeyId: 'alias/alarms' };
const PUBLISHES = 'CloudWatch can publish to the alarm topic';
const FIX_OF_KEY =
  'Fix: allow kms:Decrypt and kms:GenerateDataKey* to cloudwatch.amazonaws.com in the policy of a key of your own';
const NO_PERMISSION =
  'a policy without it. Fix: allow sns:Publish to cloudwatch.amazonaws.com in the policy of the topic';

describe('The checks of the alarm topic', () => {
  itFailsFor('The alarm topic has a confirmed subscription', [
    [
      'no subscription, with the command that subscribes',
      topic({ SubscriptionsConfirmed: '0' }),
      `0 confirmed, 0 pending. Fix: aws sns subscribe --region us-east-1 --topic-arn ${ALARM_TOPIC} --protocol email --notification-endpoint EMAIL`,
    ],
    [
      'a subscription that nobody confirmed',
      topic({ SubscriptionsConfirmed: '0', SubscriptionsPending: '1' }),
      '0 confirmed, 1 pending. Fix: open the link in the message of SNS',
    ],
  ]);

  itFailsFor(PUBLISHES, [
    ['no policy', topic({ Policy: '' }), NO_PERMISSION],
    [
      'a policy for another account',
      topic({ Policy: TOPIC_ATTRIBUTES.Policy?.replace('1234', '9999') ?? '' }),
      NO_PERMISSION,
    ],
    [
      'a policy for another service',
      topic({ Policy: policy({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:*' }) }),
      NO_PERMISSION,
    ],
    [
      'a policy that denies it',
      topic({ Policy: policy({ Effect: 'Deny', Principal: '*', Action: 'sns:Publish' }) }),
      NO_PERMISSION,
    ],
    [
      'the key of SNS',
      topic({ KmsMasterKeyId: 'arn:aws:kms:us-east-1:123456789012:alias/aws/sns' }),
      `encrypted with arn:aws:kms:us-east-1:123456789012:alias/aws/sns, which CloudWatch cannot use. ${FIX_OF_KEY}, and use it`,
    ],
    [
      'a key that allows only a part',
      topic(ENCRYPTED, keyOf(['kms:Decrypt'])),
      `alias/alarms does not allow it. ${FIX_OF_KEY}`,
    ],
    [
      'a key that was deleted',
      topic(ENCRYPTED, { ...keyOf([]), GetKeyPolicy: () => ({}) }),
      'the key alias/alarms does not exist',
    ],
  ]);

  it.each([['kms:GenerateDataKey*'], ['kms:GenerateDataKey'], ['kms:*']])(
    'pass for a key whose policy allows %s',
    async (action) => {
      expect(await finding(PUBLISHES, topic(ENCRYPTED, keyOf(['kms:Decrypt', action])))).toMatchObject({
        result: 'passed',
        found: 'allowed, encrypted with alias/alarms',
      });
    },
  );

  it('pass for the policy that SNS gives a topic by default', async () => {
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['SNS:GetTopicAttributes', 'SNS:Publish'],
      Condition: { StringEquals: { 'AWS:SourceOwner': '123456789012' } },
    };

    expect(await finding(PUBLISHES, topic({ Policy: policy(Statement) }))).toMatchObject({ result: 'passed' });
  });

  it('do not know whether a key allows it if they must not read its policy, and name the permissions', async () => {
    const answers = topic(ENCRYPTED, { ...keyOf([]), ...throwing('GetKeyPolicy', deniedError()) });
    const key = 'arn:aws:kms:us-east-1:123456789012:key/*';

    expect(await finding(PUBLISHES, answers)).toMatchObject({
      result: 'unknown',
      found: `access denied. Fix: allow kms:DescribeKey on ${key} and kms:GetKeyPolicy on ${key}.`,
    });
    expect(await finding('The alarm topic has a confirmed subscription', answers)).toMatchObject({ result: 'passed' });
  });
});
