export type { Backoff } from './backoff';
export { type ClientEvents, type HistoryOptions, type PublishOptions, TwinlaneClient } from './client';
export type { Clock } from './clock';
export type { ConnectionState, Quality, Reason, Status } from './connection-state';
export { type Code, TwinlaneError } from './error';
export type { Published } from './http';
export type { ClientOptions, HttpRequest, HttpResponse, LogEntry, Socket } from './options';
export type { Json, Position, Presence } from './protocol';
export type { Message, SubscribeOptions, Subscription, SubscriptionState } from './subscription';
