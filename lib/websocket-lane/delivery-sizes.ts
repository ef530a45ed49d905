/** Batch size of dispatch, in messages: the number of topics that one BatchGetItem of DynamoDB can read. */
export const MESSAGES_AT_ONCE = 100;

/** Batch size of deliver, in queue entries: the maximum that one call of SQS returns. */
export const DELIVERIES_AT_ONCE = 10;

/** Batch size of push, in hints: each is a message of a topic that was quiet, so few arrive together. */
export const HINTS_AT_ONCE = 10;

/** Maximum number of concurrent invocations of push. With more hints, they wait, become too old, and the stream is faster. */
export const MOST_PUSHES = 20;

/**
 * Memory of push in MiB: one vCPU, by "Configure Lambda function memory", AWS Lambda Developer Guide. A post needs CPU time, so
 * with 512 MiB, 100 posts take longer. docs/scale.md compares memory sizes.
 */
export const PUSH_MEMORY_MIB = 1769;

/**
 * Memory of deliver in MiB. With 512 MiB, the CPU time of posts limits them if the processor is slow; with this, the sockets do.
 * docs/scale.md compares memory sizes.
 */
export const DELIVER_MEMORY_MIB = 1024;
