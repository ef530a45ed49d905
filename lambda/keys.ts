/**
 * Prefixes of partition keys and sort keys. The adapters write items with them, and the constructs limit IAM statements and
 * stream filters to them. esbuild inlines the members of enums, so a bundle contains only those that it uses.
 */
export enum KeyPrefix {
  /** Partition of a connection, followed by its id. */
  CONNECTION = 'CONNECTION#',
  /** Partition of a topic, followed by its key; sort key of a connection's subscription. */
  TOPIC = 'TOPIC#',
  /** Partition of a subject's slots, followed by tenant and subject. */
  SUBJECT = 'SUBJECT#',
  /** Partition of a subject's last logout, followed by tenant and subject. IAM can tell it apart from its rate limit. */
  REVOCATION = 'REVOCATION#',
  /** Partition of a subject's rate limit, followed by tenant and subject. */
  RATE_LIMIT = 'RATE_LIMIT#',
  /** Partition of a ticket, followed by its hash. */
  TICKET = 'TICKET#',
  /** Sort key of a message, followed by its epoch and its sequence. */
  MESSAGE = 'MESSAGE#',
  /** Partition of a used message id, followed by topic, epoch, publisher and the id. */
  ID = 'ID#',
  /** Partition of the marks that the messages of a hint were pushed, followed by topic, epoch and the first sequence. */
  PUSHED = 'PUSHED#',
  /** Sort key of a slot of a subject, followed by its number. Each open connection takes one slot. */
  SLOT = 'SLOT#',
}

/** Sort keys that occur at most once in a partition. */
export enum SortKey {
  /** Head of a topic: the position of its latest message. */
  HEAD = 'HEAD',
  /** A used message id. */
  ID = 'ID',
  /** Shard plan of a topic. */
  SHARDS = 'SHARDS',
  /** An open connection. */
  CONNECTION = 'CONNECTION',
  /** Principal and token bucket of an open connection, which each of its frames reads and changes. */
  SESSION = 'SESSION',
  /** An unused ticket. */
  TICKET = 'TICKET',
  /** Time of a subject's last logout. */
  REVOCATION = 'REVOCATION',
  /** Token bucket of a subject's requests. */
  RATE_LIMIT = 'RATE_LIMIT',
  /** Token bucket of a subject's connections that start with a full bucket of frames. */
  FULL_STARTS = 'FULL_STARTS',
  /** Request to close a connection. */
  CLOSING = 'CLOSING',
}
