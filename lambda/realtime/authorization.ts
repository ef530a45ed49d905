import type { Principal } from './principal';
import { isTopic } from './protocol';
import { Refused } from './refused';

/**
 * Action on a topic. `read` includes its history, its position and its presence. `logOut` closes all connections of the
 * subject, and its topic is `''`.
 */
export type Action = 'read' | 'subscribe' | 'publish' | 'logOut';

/** Scope that each action requires if the token has any scope for topics. */
const SCOPES: Record<Action, string> = {
  read: 'topics:read',
  subscribe: 'topics:read',
  publish: 'topics:write',
  logOut: 'topics:write',
};

/**
 * Decides whether a principal is allowed to perform an action on a topic of its tenant. Topics of other tenants cannot be
 * named in a request. Both lanes call this function for each frame and request. To use other rules, replace it in your
 * copy.
 *
 * By default, a principal can perform all actions. If the token has a scope for topics, its scopes apply.
 *
 * @param _topic the client's name of the topic: `room:1`
 */
export function isAllowed({ scopes }: Principal, action: Action, _topic: string): boolean {
  return !scopes.some((scope) => scope.startsWith('topics:')) || scopes.includes(SCOPES[action]);
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
