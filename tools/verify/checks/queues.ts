import { GetQueueAttributesCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { Aws } from '../aws';
import { type Check, check } from '../../aws-checks/check';
import type { Deployment, Queue } from '../deployment';
import type { Query } from '../../aws-checks/query';

/** Time for which a dead-letter queue keeps a message, the longest that SQS supports. */
const RETENTION_SECONDS = 14 * 86_400;

/** Time for which the hint queue keeps a hint, the shortest that SQS supports. */
const HINT_SECONDS = 60;

const ATTRIBUTES: QueueAttributeName[] = ['MessageRetentionPeriod', 'RedrivePolicy'];

type Attributes = Partial<Record<string, string>>;

/** Queries for the attributes of each queue. The checks of the event sources use them, too: a source must exist. */
export function queuesOf(
  { hintQueue, deliveryQueue, deadLetterQueues }: Deployment,
  aws: Aws,
): ReadonlyMap<Queue, Query<Attributes>> {
  return new Map(
    [hintQueue, ...(deliveryQueue ? [deliveryQueue] : []), ...deadLetterQueues].map((queue) => [
      queue,
      {
        action: 'sqs:GetQueueAttributes',
        arn: queue.arn,
        subject: `the queue ${queue.name}`,
        run: async () => {
          const command = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ATTRIBUTES });
          return (await aws.sqs.send(command)).Attributes;
        },
      },
    ]),
  );
}

export function queueChecks(
  { hintQueue, deliveryQueue, deadLetterQueues }: Deployment,
  queues: ReadonlyMap<Queue, Query<Attributes>>,
): Check[] {
  return [...queues].map(([queue, query]) => {
    if (queue === hintQueue) {
      return check(`${queue.name} keeps hints for ${HINT_SECONDS} s`, [query], ({ MessageRetentionPeriod }) => ({
        passed: Number(MessageRetentionPeriod) === HINT_SECONDS,
        found: MessageRetentionPeriod === undefined ? 'not set' : `${MessageRetentionPeriod} s`,
      }));
    }
    return queue === deliveryQueue
      ? check(`${queue.name} moves what fails to a dead-letter queue`, [query], ({ RedrivePolicy = '{}' }) => {
          const target = Redrive.safeParse(JSON.parse(RedrivePolicy)).data?.deadLetterTargetArn;
          return {
            passed: deadLetterQueues.some(({ arn }) => arn === target),
            found: target ?? 'no dead-letter queue',
          };
        })
      : check(`${queue.name} keeps what failed for 14 days`, [query], ({ MessageRetentionPeriod }) => ({
          passed: Number(MessageRetentionPeriod) === RETENTION_SECONDS,
          found: MessageRetentionPeriod === undefined ? 'not set' : `${Number(MessageRetentionPeriod) / 86_400} days`,
        }));
  });
}

const Redrive = z.object({ deadLetterTargetArn: z.string() });
