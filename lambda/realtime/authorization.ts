import type { Principal } from './principal';
import { isTopic } from './protocol';
import { Refused } from './refused';

/** Action on a topic: `read` its history and position, `subscribe` to it, `publish` to it. */
export type Action = 'read' | 'subscribe' | 'publish';

/** The scope that each action needs of a token that has any scope for topics. */
const SCOPES: Record<Action, string> = { read: 'topics:read', subscribe: 'topics:read', publish: 'topics:write' };

/**
 * Decides who may do what with a topic of their own tenant; those of others they cannot even name. A fork that wants
 * other rules replaces this function: both lanes ask it, for each frame and request.
 *
 * Whoever belongs to the tenant may do everything; a token that has a scope for topics, what its scopes say.
 *
 * @param _topic as the client names it: `room:1`
 */
export function isAllowed({ scopes }: Principal, action: Action, _topic: string): boolean {
  return !scopes.some((scope) => scope.startsWith('topics:')) || scopes.includes(SCOPES[action]);
}

/**
 * @returns the name in the tables of a topic that the principal may do this with; throws {@link Refused} if it may not.
 */
export function authorized(principal: Principal, action: Action, topic: string): string {
  if (!isAllowed(principal, action, topic)) {
    throw new Refused('forbidden');
  }
  return topicKey(principal, topic);
}

/** @returns the name that the tenant's topic has in the tables: tenants cannot meet, for no topic holds a `/`. */
export function topicKey({ tenant }: Pick<Principal, 'tenant'>, topic: string): string {
  return tenant ? `${tenant}/${topic}` : topic;
}

/** @returns whether a value is a topic's name in the tables. */
export function isTopicKey(value: unknown): value is string {
  return typeof value === 'string' && isTopic(topicOf(value));
}

/** @returns the client's name of a topic, from its name in the tables. */
export function topicOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
