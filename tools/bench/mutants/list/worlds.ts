import type { Mutant } from '../mutant';

/** The simulated runs, which are the only tests that count for these bugs. */
const tests = ['test/simulation/seeds'];

/** Bugs of delivery and access that the simulated runs of test/simulation must detect. */
export const worlds: readonly Mutant[] = [
  {
    file: 'lambda/adapters/connection-table.ts',
    bug: 'the connections after the first 250 of a shard get no message',
    find: 'return { connections: first, next: first.at(-1)?.id };',
    replace: 'return { connections: first };',
  },
  {
    file: 'lambda/realtime/subscribing.ts',
    bug: 'the head of a topic is read before the subscription is written',
    find: `  const outcomes =
    keys.length > 0
      ? await connections.subscribe({ ...connection, authorizedUntil: principal.expiresAt }, keys, id)
      : new Map<string, SubscribeOutcome>();
  if (outcomes === 'not_connected') {
    return outcomes;
  }
  // The heads are read after subscribing, so every later message is pushed.
  const found = await log.positions(keys.filter((key) => typeof outcomes.get(key) === 'object'));`,
    replace: `  const found = await log.positions(keys);
  const outcomes =
    keys.length > 0
      ? await connections.subscribe({ ...connection, authorizedUntil: principal.expiresAt }, keys, id)
      : new Map<string, SubscribeOutcome>();
  if (outcomes === 'not_connected') {
    return outcomes;
  }`,
  },
  {
    file: 'lambda/adapters/connection-opener.ts',
    bug: 'a ticket opens several connections',
    find: 'delete: ticketKey(hash)',
    replace: 'check: ticketKey(hash)',
  },
  {
    file: 'lambda/realtime/revocation.ts',
    bug: 'a logout closes no connection',
    find: 'isRevoked(issuedAt, revokedAt))',
    replace: 'isRevoked(revokedAt, issuedAt))',
  },
  {
    file: 'lambda/realtime/sharding.ts',
    bug: 'the subscriptions in earlier generations of shards get no message',
    find: 'return !next || next.since + SUBSCRIPTION_LIFETIME + MARGIN > now;',
    replace: 'return !next || next.since > now;',
  },
  {
    file: 'lambda/realtime/posting.ts',
    bug: 'a frame that was answered 429 is not sent again',
    find: "    if (outcome === 'busy') {\n      return 'busy';",
    replace: "    if (outcome === 'busy') {\n      return 'done';",
  },
  {
    file: 'client/connection.ts',
    bug: 'a ping names no topic, so the client does not detect a push that was lost',
    find: "{ action: 'ping', topics: [...subscribed.keys()].filter(isKnown) }",
    replace: "{ action: 'ping', topics: [] }",
  },
  {
    file: 'lambda/adapters/message-log.ts',
    bug: 'the id of a message is remembered for 5 minutes instead of its retention',
    find: 'publishedAt, fingerprint, expiresAt }',
    replace: 'publishedAt, fingerprint, expiresAt: this.seconds() + 300 }',
  },
  {
    file: 'lambda/adapters/connection-table.ts',
    bug: 'a connection that closes does not release its slot',
    find: '...records(connection, principal, { slot: slot.number, fullAt })',
    replace: '...records(connection, principal, { fullAt })',
  },
  {
    file: 'lambda/realtime/subscribing.ts',
    bug: 'messages are pushed after the end of an authorization',
    find: '{ ...connection, authorizedUntil: principal.expiresAt }',
    replace: 'connection',
  },
  {
    file: 'client/reader.ts',
    bug: 'lost messages are not reported while the connection is open',
    find: "(phase === 'resuming' || !recovered)",
    replace: "phase === 'resuming'",
  },
  {
    file: 'lambda/dispatch.ts',
    bug: 'messages that the queue rejected are not dispatched again',
    find: 'retryFrom(unsent ?? retried)',
    replace: 'retryFrom(unsent)',
  },
  {
    file: 'lambda/adapters/subscription-table.ts',
    bug: 'every subscription is in the first shard of its topic',
    find: 'number: placeIn(plan, this.clock.random())',
    replace: 'number: 0',
  },
  {
    file: 'lambda/realtime/history.ts',
    bug: 'history never reports that messages were lost',
    find: 'unbroken && (upToDate || messages.length > 0)',
    replace: 'unbroken || upToDate',
  },
  {
    file: 'lambda/dispatch.ts',
    bug: 'a batch whose dispatch fails is not dispatched again',
    find: 'return retryFrom(Records[0]);',
    replace: 'return retryFrom(undefined);',
  },
  {
    file: 'lambda/realtime/requeueing.ts',
    bug: 'the delay of a requeued delivery is in milliseconds instead of seconds',
    find: '(1 + clock.random()) / 2) / 1000)',
    replace: '(1 + clock.random()) / 2))',
  },
  {
    file: 'client/sequence.ts',
    bug: 'a client ignores a head with another epoch',
    find: '!this.#continues(position.epoch) || (subscribed',
    replace: 'this.#continues(position.epoch) && (subscribed',
  },
  {
    file: 'client/sequence.ts',
    bug: 'a page of history with another epoch continues the position of a handler',
    find: 'page.recovered && (!from.epoch || page.epoch === from.epoch)',
    replace: 'page.recovered',
  },
  {
    file: 'lambda/adapters/connection-opener.ts',
    bug: 'a ticket from before a logout opens a connection after it',
    find: '      { table: admission.name, check: revocationKey(principal), condition: notRevoked(principal) },\n',
    replace:
      '      { table: admission.name, check: revocationKey(principal), condition: notRevoked({ ...principal, issuedAt: Infinity }) },\n',
  },
  {
    file: 'lambda/realtime/revocation.ts',
    bug: "a logout does not revoke the token of an issuer whose clock is ahead of the app's",
    find: 'Math.ceil(now / 1000) + CLOCK_TOLERANCE',
    replace: 'Math.ceil(now / 1000)',
  },
  {
    file: 'lambda/revoke.ts',
    bug: 'a logout that could not close a connection is not repeated',
    find: 'retryFrom(left ?? retried)',
    replace: 'retryFrom(left)',
  },
  {
    file: 'client/connector.ts',
    bug: 'a client that cannot connect tries again every second',
    find: '    failures += 1;',
    replace: '    failures = 1;',
  },
  {
    file: 'lambda/dispatch.ts',
    bug: 'after several rejections by the queue, dispatch continues from the last rejected message',
    find: 'const [retried] = recordsOf(left);',
    replace: 'const retried = recordsOf(left).at(-1);',
  },
  {
    file: 'lambda/adapters/kept-messages.ts',
    bug: 'a message that a restore left above the head blocks its topic',
    find: '${KeyPrefix.MESSAGE}${epoch}#${String(sequence)',
    replace: '${KeyPrefix.MESSAGE}${String(sequence)',
  },
  {
    file: 'lambda/realtime/sharding.ts',
    bug: 'the shard plan of a topic expires before its subscriptions',
    find: 'plan.expiresAt >= now + SUBSCRIPTION_LIFETIME + MARGIN',
    replace: 'plan.expiresAt >= now',
  },
  {
    file: 'client/connector.ts',
    bug: 'a connection is not replaced before its authorization ends',
    find: 'schedule(Math.min(age, Math.max(0, renewAt - clock.now())));',
    replace: 'schedule(age);',
  },
  {
    file: 'lambda/realtime/delivery.ts',
    bug: 'a delivery whose shard could not be read is dropped',
    find: "deliveries.filter((_, index) => read[index]?.status === 'rejected')",
    replace: '[]',
  },
  {
    file: 'service/shared-pages.ts',
    bug: 'an empty page of history is shared with a later request',
    find: 'page.messages.length > 0 || read.number >= arrival',
    replace: 'page.messages.length >= 0 || read.number >= arrival',
  },
  {
    file: 'lambda/adapters/message-log.ts',
    bug: 'a message that is not visible yet is reported as lost',
    find: 'await clock.wait(VISIBLE_AFTER);',
    replace: 'await clock.wait(0);',
  },
  {
    file: 'lambda/realtime/pushing.ts',
    bug: 'the mark of a hint is written before its posts are made and its entries are accepted',
    find: '  const [posted, enqueued] = await Promise.all([',
    replace: `  await settled(ready.map(({ hint }) => log.mark(hint)));
  const [posted, enqueued] = await Promise.all([`,
  },
  {
    file: 'lambda/realtime/pushing.ts',
    bug: 'the mark of a hint is written although the queue rejected an entry for a shard',
    find: 'const open = new Set([...left, ...refused]);',
    replace: 'const open = new Set([...refused]);',
  },
  {
    file: 'lambda/realtime/pushing.ts',
    bug: 'the mark of a hint is written although the queue rejected the rest of its posts',
    find: 'const open = new Set([...failed, ...dead]);',
    replace: 'const open = new Set([...dead]);',
  },
  {
    file: 'lambda/dispatch.ts',
    bug: 'dispatch skips all messages with a hint, whether they were pushed or not',
    find: '!hint || !pushed.has(hint)',
    replace: '!hint',
  },
  {
    file: 'lambda/adapters/hint-table.ts',
    bug: 'the mark of a hint is a mark of all hints of the same topic and epoch',
    find: '#${epoch}#${first}`',
    replace: '#${epoch}`',
  },
  {
    file: 'lambda/push.ts',
    bug: 'push regards every hint as too old',
    find: 'Number(attributes.SentTimestamp) >',
    replace: 'Number(attributes.SentTimestamp) / 1000 >',
  },
  {
    file: 'lambda/realtime/group-commit.ts',
    bug: 'a message is dropped if another of its group was refused',
    find: 'queue.splice(0, group.length, ...again);',
    replace: 'queue.splice(0, group.length);',
  },
  {
    file: 'lambda/adapters/message-log.ts',
    bug: 'a message is acknowledged although another of its group was refused',
    find: "    return 'again';",
    replace: "    return append?.message ?? 'again';",
  },
  {
    file: 'lambda/realtime/sockets.ts',
    bug: 'the head of a topic is read before the subscription of the task is confirmed',
    find: 'const confirmed = await this.options.topics.confirm(admitted);',
    replace: 'void this.options.topics.confirm(admitted);\n    const confirmed = new Set(admitted);',
  },
  {
    file: 'lambda/realtime/task-lease.ts',
    bug: 'a task keeps its sockets for an hour after the end of its lease',
    find: 'const GIVE_UP_BEFORE = 5000;',
    replace: 'const GIVE_UP_BEFORE = -3_600_000;',
  },
  {
    file: 'lambda/adapters/task-table.ts',
    bug: 'the end of a subscription of a task deletes one that was written later',
    find: "expression: 'connectedAt <= :at',",
    replace: "expression: 'connectedAt <= :at OR connectedAt > :at',",
  },
  {
    file: 'lambda/adapters/task-posts.ts',
    bug: 'a task that cannot be reached is regarded as gone',
    find: "return (await this.linkTo(taskId)) ? 'busy' : 'gone';",
    replace: "return 'gone';",
  },
  {
    file: 'lambda/realtime/task-topics.ts',
    bug: 'a task ends subscriptions that still have subscribers',
    find: 'subscribers.size === 0 && emptySince + linger <= now',
    replace: 'emptySince + linger <= now',
  },
  {
    file: 'lambda/adapters/task-table.ts',
    bug: 'the slot of a subject has the id of the task instead of the socket',
    find: 'return [this.taking(connection, principal, slot)];',
    replace: 'return [this.taking({ ...connection, id: taskOf(connection.id) }, principal, slot)];',
  },
].map((mutant) => ({ ...mutant, tests }));
