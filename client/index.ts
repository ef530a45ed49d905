export type { Backoff } from './backoff';
export type { Json, Message, Position } from './protocol';
export {
  type ClientEvents,
  type PublishOptions,
  type SubscribeOptions,
  type Subscription,
  TwinlaneClient,
} from './client';
export type { State } from './connector';
export { type Code, TwinlaneError } from './error';
export type { Published } from './http';
export type { History } from './sequence';
export type { ClientOptions, Clock, HttpRequest, HttpResponse, Socket } from './settings';
