export type { Backoff } from './backoff';
export type { Json, Message, Position, Presence } from './protocol';
export {
  type ClientEvents,
  type PublishOptions,
  type SubscribeOptions,
  type Subscription,
  TwinlaneClient,
} from './client';
export type { ConnectionState, Quality, Reason, Status } from './connection-state';
export { type Code, TwinlaneError } from './error';
export type { Published } from './http';
export type { History } from './sequence';
export type { Clock } from './clock';
export type { LogEntry } from './log';
export type { ClientOptions, HttpRequest, HttpResponse, Socket } from './options';
