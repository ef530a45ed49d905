import { EVENT_BRIDGE_OPERATORS } from '../../events/patterns/comparison';
import { eventPattern } from '../../events/patterns/event-pattern';
import type { Json } from '../../events/patterns/json';
import { messageFor, type Notification, type SnsAttribute } from './notification';

/**
 * Creates the filter of a subscription from its policy. Throws for an operator that is not supported.
 *
 * @param policy JSON; undefined if every message passes
 * @param scope a message that is not JSON never passes a policy for its body
 */
export function filterPolicy(
  policy: string | undefined,
  scope: 'MessageAttributes' | 'MessageBody',
): (notification: Notification) => boolean {
  if (policy === undefined) {
    return () => true;
  }
  const pattern = eventPattern(policy, EVENT_BRIDGE_OPERATORS);
  return scope === 'MessageBody'
    ? (notification) => {
        const body = parsed(messageFor('default', notification));
        return typeof body === 'object' && body !== null && pattern(body);
      }
    : ({ attributes }) => pattern(documentOf(attributes));
}

/** Attributes as a document. Binary attributes cannot be compared. */
function documentOf(attributes: Readonly<Record<string, SnsAttribute>>): Json {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) =>
      StringValue === undefined ? [] : [[name, valueOf(DataType, StringValue)]],
    ),
  );
}

function valueOf(type: string, text: string): Json {
  if (type === 'String.Array') {
    return parsed(text) ?? text;
  }
  return type.startsWith('Number') ? Number(text) : text;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
