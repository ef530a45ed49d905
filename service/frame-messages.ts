import { CLIENT_FRAMES, SUBSCRIBE_TOPICS } from '../lambda/realtime/client-frame-schemas';
import { SERVER_FRAMES, type ServerSchema } from '../lambda/realtime/server-frame-schemas';

const { presence: presenceCount, ...others } = SERVER_FRAMES;

/** Schemas of the frames that the server sends. Names are unique among all messages. */
export const SERVER_MESSAGES = { ...others, presenceCount } satisfies Record<string, ServerSchema>;

/** Schemas of the frames that a client sends. */
export const CLIENT_MESSAGES = { ...CLIENT_FRAMES, subscribeTopics: SUBSCRIBE_TOPICS };

/** Answer to each frame of a client, unless it is an error. */
export const ANSWERS: Readonly<Record<keyof typeof CLIENT_MESSAGES, keyof typeof SERVER_MESSAGES>> = {
  subscribe: 'subscribed',
  subscribeTopics: 'subscribedTopics',
  unsubscribe: 'unsubscribed',
  publish: 'published',
  ping: 'pong',
  presence: 'presenceCount',
};
