import type { CLIENT_MESSAGES, SERVER_MESSAGES } from './frame-messages';

const topic = 'room:1';
const epoch = '0b1f6e3c-6d0b-4c5e-9a55-0d8a4cf1b0a7';
const subscription = '1767268800000-5f0c7a52-8b1d-4c3e-a1f6-2d9e4b7c6a10';
const authorizedUntil = '2026-01-01T13:00:00.000Z';
const published = { topic, epoch, sequence: 42, id: 'order-42', publishedAt: '2026-01-01T12:00:00.000Z' };
const data = { text: 'hello' };

/** The examples of docs/protocol.md, by message. */
export const EXAMPLES: Readonly<Record<keyof typeof CLIENT_MESSAGES | keyof typeof SERVER_MESSAGES, object>> = {
  subscribe: { action: 'subscribe', topic, ref: '1' },
  subscribeTopics: { action: 'subscribe', topics: [topic, 'room:2'], ref: '1' },
  unsubscribe: { action: 'unsubscribe', topic, subscription },
  publish: { action: 'publish', topic, data, id: 'order-42', ref: '2' },
  ping: { action: 'ping', topics: [topic, 'room:2'] },
  presence: { action: 'presence', topic, ref: '3' },
  subscribed: { type: 'subscribed', topic, epoch, sequence: 41, subscription, authorizedUntil, ref: '1' },
  subscribedTopics: {
    type: 'subscribed',
    topics: {
      [topic]: { epoch, sequence: 41, subscription },
      'room:2': {
        code: 'subscription_limit',
        message: 'This connection has the maximum number of subscriptions. Unsubscribe from a topic first.',
      },
    },
    authorizedUntil,
    ref: '1',
  },
  unsubscribed: { type: 'unsubscribed', topic },
  published: { type: 'published', ...published, ref: '2' },
  pong: { type: 'pong', positions: { [topic]: { epoch, sequence: 42 }, 'room:2': { epoch: '', sequence: 0 } } },
  presenceCount: { type: 'presence', topic, subscribers: 12, exact: true, ref: '3' },
  message: { type: 'message', ...published, data },
  messages: {
    type: 'messages',
    messages: [
      { ...published, sequence: 43, id: 'order-43', data, publishedAt: '2026-01-01T12:00:00.250Z' },
      {
        ...published,
        ...{ sequence: 44, id: 'order-44', data: { text: 'hello again' }, publishedAt: '2026-01-01T12:00:00.300Z' },
      },
    ],
  },
  error: {
    type: 'error',
    code: 'unavailable',
    message: 'Temporarily unavailable. Try again later.',
    ref: '2',
    retryAfter: 1,
  },
};
