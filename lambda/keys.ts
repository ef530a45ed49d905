/**
 * Beginnings of partition keys and sort keys, each followed by what it names. The adapters write items by them; the
 * constructs limit IAM statements and stream filters to them. Enums, whose members esbuild inlines: a bundle has only those
 * that it uses.
 */
export enum KeyPrefix {
  /** Partition of a connection, followed by its id. */
  CONNECTION = 'CONNECTION#',
  /** Partition of a topic, followed by its key; sort key of a connection's subscription. */
  TOPIC = 'TOPIC#',
  /** Partition of a subject, followed by tenant and subject. */
  SUBJECT = 'SUBJECT#',
  /** Partition of a ticket, followed by its hash. */
  TICKET = 'TICKET#',
  /** Sort key of a message, followed by its sequence. */
  MESSAGE = 'MESSAGE#',
  /** Sort key of a message id that is remembered, followed by the id. */
  ID = 'ID#',
  /** Sort key of one of the connections that a subject can have, followed by its number. */
  SLOT = 'SLOT#',
}

/** Sort keys of which a partition has one at most. */
export enum SortKey {
  /** Position of a topic's last message. */
  HEAD = 'HEAD',
  /** Shard plan of a topic. */
  SHARDS = 'SHARDS',
  /** An open connection. */
  CONNECTION = 'CONNECTION',
  /** A ticket that was not used yet. */
  TICKET = 'TICKET',
  /** Time of a subject's last logout. */
  REVOCATION = 'REVOCATION',
  /** Requests that a subject has left. */
  RATE_LIMIT = 'RATE_LIMIT',
  /** Request to close a connection. */
  CLOSING = 'CLOSING',
}
