import type { Mutant } from '../mutant';

export const local: readonly Mutant[] = [
  {
    file: 'tools/local/websocket/token-bucket.ts',
    bug: 'after a pause, a burst of any size passes the throttle',
    find: 'Math.min(this.burst, this.tokens + ((now - this.filledAt) / 1000) * this.rate)',
    replace: 'this.tokens + ((now - this.filledAt) / 1000) * this.rate',
  },
  {
    file: 'tools/local/websocket/handshake.ts',
    bug: 'an authorizer can run for hours',
    find: 'AUTHORIZER_TIMEOUT_MS = 29_000',
    replace: 'AUTHORIZER_TIMEOUT_MS = 29_000_000',
  },
  {
    file: 'tools/local/websocket/limits.ts',
    bug: 'a connection can be open for a day',
    find: 'durationMs: 2 * 3_600_000',
    replace: 'durationMs: 24 * 3_600_000',
  },
  {
    file: 'tools/local/http/listener/request-headers.ts',
    bug: "a client's own X-Forwarded-Proto reaches the target",
    find: "'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port'",
    replace: "'x-forwarded-for', 'x-forwarded-port'",
  },
  {
    file: 'tools/local/http/ip-target/forward.ts',
    bug: 'a stream begins for the client only with its first event',
    find: 'response.flushHeaders();',
    replace: '',
  },
  {
    file: 'tools/local/http/target-group/target-group.ts',
    bug: 'an app that stops waits for its WebSockets until the deregistration delay has passed',
    find: 'longestMs === undefined',
    replace: 'true',
  },
  {
    file: 'tools/local/http/lambda-target/event.ts',
    bug: 'a compressed body reaches a function as damaged text',
    find: "'content-encoding' in headers || ",
    replace: '',
  },
  {
    file: 'tools/local/functions/pool.ts',
    bug: 'the reserved concurrency does not limit invocations that wait for a process',
    find: 'this.#running + this.#waiting.length >=',
    replace: 'this.#running >=',
    tests: ['tools/local/test/system/functions/pool.test.ts'],
  },
  {
    file: 'tools/local/events/queues/queue-mapping.ts',
    bug: 'messages that do not pass the filter stay in the queue and are received again',
    find: 'await this.#delete(records.filter((record) => !passes(record)));',
    replace: '',
  },
  {
    file: 'tools/local/events/batch.ts',
    bug: 'the size of a batch is counted in characters, not in bytes',
    find: 'Buffer.byteLength(JSON.stringify(record))',
    replace: 'JSON.stringify(record).length',
  },
  {
    file: 'tools/local/aws/sqs/queue.ts',
    bug: 'an out-of-date receipt changes the visibility of a message that another receiver has',
    find: 'message?.receiptHandle !== receiptHandle ||',
    replace: '!message ||',
  },
  {
    file: 'tools/local/aws/sqs/message-store.ts',
    bug: 'a message is stored with changes that were made after it was saved',
    find: 'value: { ...message }',
    replace: 'value: message',
  },
  {
    file: 'tools/local/identity/condition.ts',
    bug: 'a negated condition does not hold for a missing key, so that a deny does not apply',
    find: 'ifExists !== undefined || isNegated',
    replace: 'ifExists !== undefined',
  },
  {
    file: 'tools/local/assembly/intrinsics.ts',
    bug: 'Fn::Sub does not evaluate its variables',
    find: 'return String(evaluate(values.get(name), scope));',
    replace: 'return String(values.get(name));',
  },
  {
    file: 'tools/local/supervisor/watch.ts',
    bug: 'an editor that writes a file in several steps causes a synthesis for each step',
    find: 'clearTimeout(timer);',
    replace: '',
  },
];
