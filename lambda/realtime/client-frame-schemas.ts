import { type ClientFrame, INVALID_TOPIC, Limit, MESSAGE_ID_PATTERN, TOPIC_PATTERN } from '../../client/protocol';
import type { ObjectSchema, Schema } from './schema';

export const TOPIC = {
  title: 'a topic',
  description: INVALID_TOPIC.message,
  type: 'string',
  maxLength: Limit.TOPIC_LENGTH,
  pattern: TOPIC_PATTERN.source,
} satisfies Schema;

export const MESSAGE_ID = {
  title: `1 to ${Limit.MESSAGE_ID_LENGTH} letters, digits, "_" and "-"`,
  type: 'string',
  maxLength: Limit.MESSAGE_ID_LENGTH,
  pattern: MESSAGE_ID_PATTERN.source,
} satisfies Schema;

export const REF = {
  title: `a string of at most ${Limit.REF_LENGTH} characters`,
  description: 'The answer has the same ref.',
  type: 'string',
  maxLength: Limit.REF_LENGTH,
} satisfies Schema;

export const DATA = {
  title: 'any JSON value',
  description: `At most ${Limit.DATA_BYTES} bytes as JSON in UTF-8, and ${Limit.DATA_DEPTH} levels of arrays and objects. Only numbers that a double keeps, and no unpaired surrogates.`,
} satisfies Schema;

/** Keys of a frame that are optional, and those that are not. */
type OptionalKey<Frame> = { [Key in keyof Frame]-?: object extends Pick<Frame, Key> ? Key : never }[keyof Frame];
type RequiredKey<Frame> = Exclude<keyof Frame, OptionalKey<Frame> | 'action'>;

/** Creates the schema of a frame. The types require all of its keys, and no others. */
function frame<Frame extends ClientFrame>(
  action: Frame['action'],
  annotations: { readonly title: string; readonly description: string },
  required: Readonly<Record<RequiredKey<Frame>, Schema>>,
  optional: Readonly<Record<Exclude<OptionalKey<Frame>, 'ref'>, Schema>>,
): ObjectSchema {
  return {
    ...annotations,
    type: 'object',
    properties: { action: { const: action }, ...required, ...optional, ref: REF },
    required: ['action', ...Object.keys(required)],
    additionalProperties: false,
  };
}

type Of<Action extends ClientFrame['action']> = Extract<ClientFrame, { action: Action }>;

/** Schemas of the frames that a client sends, by action. */
export const CLIENT_FRAMES: Readonly<Record<ClientFrame['action'], ObjectSchema>> = {
  subscribe: frame<Extract<Of<'subscribe'>, { topic: string }>>(
    'subscribe',
    { title: 'a subscribe frame', description: 'Subscribes to a topic. Can be repeated.' },
    { topic: TOPIC },
    {},
  ),
  unsubscribe: frame<Of<'unsubscribe'>>(
    'unsubscribe',
    { title: 'an unsubscribe frame', description: 'Ends a subscription. Can be repeated.' },
    { topic: TOPIC },
    {
      subscription: {
        ...MESSAGE_ID,
        title: 'that of a subscribed frame',
        description: 'Ends only this subscription, and not a later one. Without it, the current one ends.',
      },
    },
  ),
  publish: frame<Of<'publish'>>(
    'publish',
    { title: 'a publish frame', description: 'Publishes a message. The answer means that the message is durable.' },
    { topic: TOPIC, data: DATA },
    {
      id: {
        ...MESSAGE_ID,
        description:
          'Makes retries safe: the same id of the same subject with the same data is published once. Without it, the server generates one.',
      },
    },
  ),
  ping: frame<Of<'ping'>>(
    'ping',
    {
      title: 'a ping frame',
      description: 'Keeps the connection from being idle, and reads the positions of the latest messages of topics.',
    },
    {},
    {
      topics: {
        title: `a list of at most ${Limit.PING_TOPICS} topics`,
        type: 'array',
        items: TOPIC,
        maxItems: Limit.PING_TOPICS,
      },
    },
  ),
  presence: frame<Of<'presence'>>(
    'presence',
    { title: 'a presence frame', description: 'Counts the connections that are subscribed to a topic.' },
    { topic: TOPIC },
    {},
  ),
};

/** Schema of a subscribe frame that has `topics` instead of `topic`. */
export const SUBSCRIBE_TOPICS: ObjectSchema = frame<Extract<Of<'subscribe'>, { topics: string[] }>>(
  'subscribe',
  {
    title: 'a subscribe frame with topics',
    description: 'Subscribes to several topics. Each gets its own position or refusal in the answer.',
  },
  {
    topics: {
      title: `a list of 1 to ${Limit.SUBSCRIPTIONS} different topics`,
      type: 'array',
      items: TOPIC,
      minItems: 1,
      maxItems: Limit.SUBSCRIPTIONS,
      uniqueItems: true,
    },
  },
  {},
);
