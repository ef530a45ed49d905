import type { Principal } from './principal';
import { isTopic } from '../../client/protocol';
import { Refused } from './refused';
import { TOPIC_SCOPES } from './scopes';

/**
 * Action on a topic. `read` includes its history, its position and its presence. `logOut` closes all connections of the
 * subject, and its topic is `''`.
 */
export type Action = 'read' | 'subscribe' | 'publish' | 'logOut';

/** Scope that each action requires. */
const SCOPES: Record<Action, string> = {
  read: TOPIC_SCOPES.read,
  subscribe: TOPIC_SCOPES.read,
  publish: TOPIC_SCOPES.write,
  logOut: TOPIC_SCOPES.write,
};

/**
 * Decides whether a principal is allowed to perform an action on a topic of its tenant. Topics of other tenants cannot be
 * named in a request. Both lanes call this function for each frame and request. To use other rules, replace it in your
 * copy.
 *
 * By default, each action requires its scope, for every topic. A token that needs no scope has been given both scopes for
 * topics when it was verified: see `scopesOf`.
 *
 * @param _topic the client's name of the topic: `room:1`
 */
export function isAllowed({ scopes }: Principal, action: Action, _topic: string): boolean {
  return scopes.includes(SCOPES[action]);
}

/**
 * Checks that a principal is allowed to perform an action on a topic. Throws {@link Refused} if it is not.
 *
 * @returns the topic's key in the tables
 */
export function authorized(principal: Principal, action: Action, topic: string): string {
  if (!isAllowed(principal, action, topic)) {
    throw new Refused('forbidden');
  }
  return topicKey(principal, topic);
}

/** @returns the key of a tenant's topic in the tables. Keys of two tenants are distinct, because a topic contains no `/`. */
export function topicKey({ tenant }: Pick<Principal, 'tenant'>, topic: string): string {
  return tenant ? `${tenant}/${topic}` : topic;
}

/** @returns true if a value is the key of a topic in the tables. */
export function isTopicKey(value: unknown): value is string {
  return typeof value === 'string' && isTopic(topicOf(value));
}

/** @returns the client's name of a topic, from its key in the tables. */
export function topicOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
