import { isTopic, Limit } from '../../../client/protocol';
import { InvalidInput } from './fields';

/** @returns the topic in a field. Throws {@link InvalidInput} if it is not a valid topic name */
export function topicOf(input: HTMLInputElement): string {
  const topic = input.value.trim();
  if (topic === '') {
    throw new InvalidInput({ input, message: 'Enter a topic. Example: news' });
  }
  if (!isTopic(topic)) {
    const message = `Topic must contain only letters and digits, with a period, underscore, colon or hyphen between them, and at most ${Limit.TOPIC_LENGTH} characters. Example: orders.eu:42`;
    throw new InvalidInput({ input, message });
  }
  return topic;
}
