/** An item in the JSON of DynamoDB: `{ id: { S: 'text' } }`. */
export type ShownItem = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

export interface ShownMessage {
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly receiveCount: number;
  readonly state: 'visible' | 'in flight' | 'delayed';
  /** Message group of a FIFO queue. */
  readonly group?: string;
}

/** Items of a table. */
export interface TableContents {
  /** Names of the key attributes. */
  readonly keys: readonly string[];
  readonly items: readonly ShownItem[];
  /** True if there are more items. */
  readonly more: boolean;
}

/** Messages of a queue, in its order. */
export interface QueueContents {
  readonly messages: readonly ShownMessage[];
  /** True if there are more messages. */
  readonly more: boolean;
}
