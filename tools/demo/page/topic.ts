import { INVALID_TOPIC, isTopic } from '../../../client/protocol';
import { InvalidInput } from './elements';

/** @returns the topic in a field. Throws {@link InvalidInput} if it is not a valid topic name */
export function topicOf(input: HTMLInputElement): string {
  const topic = input.value.trim();
  if (!isTopic(topic)) {
    throw new InvalidInput(input, `${INVALID_TOPIC.message} Example: orders.eu:42`);
  }
  return topic;
}
