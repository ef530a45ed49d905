import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { errorFields, type Logger } from './logger';
import { measured } from './measured';
import type { Metrics } from './metrics';
import { countPosts } from './post-metrics';
import { parseHint } from './realtime/hints';
import type { Hint } from './realtime/ports';
import { push, PUSHED_UNTIL, type Pushing } from './realtime/pushing';

/** Dependencies of the push, the log, and the metrics. */
export interface PushDependencies extends Pushing {
  logger: Logger;
  metrics: Metrics;
}

/**
 * Creates the handler of the hint queue, which pushes messages before the stream of the log contains them. No hint is received
 * again after a failure: the stream pushes its messages.
 */
export function createHandler({ logger, metrics, ...pushing }: PushDependencies) {
  return measured(metrics, async ({ Records }: SQSEvent): Promise<void> => {
    const young = Records.filter(
      ({ attributes }) => Number(attributes.SentTimestamp) > pushing.clock.now() - PUSHED_UNTIL,
    );
    const { errors, pushed, ...counts } = await push(read(young, logger), pushing);
    if (errors.length > 0) {
      logger({ event: 'push_failed', errors: errors.length, ...errorFields(errors[0]) });
    }
    countPosts(metrics, counts);
    logger({ event: 'pushed', hints: Records.length, pushed, posts: counts.posts });
  });
}

function read(records: readonly SQSRecord[], logger: Logger): Hint[] {
  return records.flatMap(({ body }) => {
    try {
      return [parseHint(body)];
    } catch (error) {
      logger({ event: 'hint_unreadable', ...errorFields(error) });
      return [];
    }
  });
}
