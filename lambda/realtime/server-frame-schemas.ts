import { ERROR_CODES, type ErrorCode, type ServerFrame } from '../../client/protocol';
import { DATA, MESSAGE_ID, REF, TOPIC } from './client-frame-schemas';
import type { Annotations } from './schema';

/** A JSON Schema of what the server sends. Nothing in the functions validates it, so any keyword can be used. */
export type ServerSchema = Annotations & Readonly<Record<string, unknown>>;

/** Meaning of each error code. */
export const ERRORS: Readonly<Record<ErrorCode, string>> = {
  invalid_json: 'the frame is not a JSON object in a text frame, or the body is not JSON in UTF-8',
  invalid_frame: 'the JSON is not a frame of this protocol',
  invalid_request: 'a parameter or the body is invalid',
  invalid_topic: 'the topic name is invalid',
  unknown_action: '`action` is unknown',
  too_large: 'the body or the data is too large, or the data is nested too deeply',
  unauthorized: 'no valid token, ticket or authorization',
  forbidden: 'the token does not permit the request',
  rate_limited: 'too many requests: wait `retryAfter` seconds (HTTP: `Retry-After`)',
  conflict: 'the id was used with other data',
  subscription_limit: 'too many subscriptions: unsubscribe from another topic first',
  connection_limit: 'a newer connection of the same subject replaces this one, which the server then closes',
  not_connected: 'the connection is being closed: open a new one',
  not_found: 'the resource does not exist',
  method_not_allowed: 'the resource does not support this method',
  unsupported_media_type: 'the body must be `application/json`',
  unavailable: 'temporarily unavailable: try again after `retryAfter` seconds (HTTP: `Retry-After`), with the same id',
  internal: 'internal error; it has been logged. Or the issuer is configured wrongly: do not retry',
};

const text = { type: 'string' };
const time = { title: 'a time', type: 'string', format: 'date-time' };
const position = {
  epoch: { ...text, description: 'Random id of one numbering of the topic. `""` if the topic has no message yet.' },
  sequence: { type: 'integer', minimum: 0, description: 'Counts the messages of the topic: 1, 2, 3 without gaps.' },
};
const subscription = { ...MESSAGE_ID, description: 'Identifies this subscription in an `unsubscribe` frame.' };
const authorizedUntil = {
  ...time,
  description: 'Time until which the connection is authorized. Absent if clients are not authenticated.',
};
const refusal = {
  code: {
    title: 'an error code',
    description: 'For programs.',
    oneOf: ERROR_CODES.map((code) => ({ const: code, description: ERRORS[code] })),
  },
  message: { ...text, description: 'For people.' },
  retryAfter: {
    title: 'a number of seconds',
    type: 'integer',
    minimum: 0,
    description: 'Present if the same request can succeed later.',
  },
};
const published = {
  topic: TOPIC,
  ...position,
  id: MESSAGE_ID,
  publishedAt: { ...time, description: 'In UTC with milliseconds.' },
};
const message = { ...published, data: DATA };

type Properties = Readonly<Record<string, ServerSchema>>;

/** Keys that a frame does not always have. */
const OPTIONAL = ['ref', 'authorizedUntil', 'retryAfter'];

function object(properties: Properties): ServerSchema {
  const required = Object.keys(properties).filter((key) => !OPTIONAL.includes(key));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** Creates the schema of a frame. The types require all of its keys, and no others. */
function frame<Frame extends ServerFrame>(
  type: Frame['type'],
  title: string,
  description: string,
  properties: Readonly<Record<Exclude<keyof Frame, 'type'>, ServerSchema>>,
): ServerSchema {
  return { title, description, ...object({ type: { const: type }, ...properties }) };
}

type Of<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;
type SubscribedToTopics = Extract<ServerFrame, { type: 'subscribed'; topics: unknown }>;

/** Schemas of the frames that a client receives, by type. `subscribedTopics` is the `subscribed` frame with `topics`. */
export const SERVER_FRAMES: Readonly<Record<ServerFrame['type'] | 'subscribedTopics', ServerSchema>> = {
  subscribed: frame<Exclude<Of<'subscribed'>, SubscribedToTopics>>(
    'subscribed',
    'a subscribed frame',
    'The subscription is active. The position is read after that, so every later message is pushed.',
    { topic: TOPIC, ...position, subscription, authorizedUntil, ref: REF },
  ),
  subscribedTopics: frame<SubscribedToTopics>(
    'subscribed',
    'a subscribed frame with topics',
    'The answer to a subscribe frame with topics: for each topic, the position of its active subscription, or its refusal.',
    {
      topics: {
        title: 'an object with a position or a refusal for each topic',
        type: 'object',
        propertyNames: TOPIC,
        additionalProperties: {
          oneOf: [object({ ...position, subscription }), object(refusal)],
        },
      },
      authorizedUntil,
      ref: REF,
    },
  ),
  unsubscribed: frame<Of<'unsubscribed'>>('unsubscribed', 'an unsubscribed frame', 'The subscription has ended.', {
    topic: TOPIC,
    ref: REF,
  }),
  published: frame<Of<'published'>>(
    'published',
    'a published frame',
    'The message is durable and is being delivered to the subscribers of the topic.',
    { ...published, ref: REF },
  ),
  pong: frame<Of<'pong'>>('pong', 'a pong frame', 'Positions of the latest messages, up to 2 seconds old.', {
    positions: {
      title: 'an object with a position for each topic',
      type: 'object',
      propertyNames: TOPIC,
      additionalProperties: object(position),
    },
    ref: REF,
  }),
  presence: frame<Of<'presence'>>(
    'presence',
    'a presence frame with a count',
    'Number of connections that are subscribed to the topic. It includes connections that broke without a close, for up to 2 hours and 10 minutes.',
    {
      topic: TOPIC,
      ref: REF,
      subscribers: { type: 'integer', minimum: 0 },
      exact: {
        type: 'boolean',
        description: 'False if only some connections were counted and the rest is an estimate.',
      },
    },
  ),
  message: frame<Of<'message'>>('message', 'a message frame', 'A message of a topic.', message),
  messages: frame<Of<'messages'>>(
    'messages',
    'a messages frame',
    'Several messages that are sent at the same time. They can belong to different topics. Those of one topic are in order.',
    { messages: { title: 'a list of messages', type: 'array', minItems: 2, items: object(message) } },
  ),
  error: frame<Of<'error'>>('error', 'an error frame', 'A refusal of a frame. Without ref, also of the connection.', {
    ...refusal,
    ref: REF,
  }),
};
