import { INVALID_TOPIC, isTopic } from '../../../lambda/realtime/protocol';
import { InvalidInput } from './elements';

/** @returns the topic of a field. Throws {@link InvalidInput} if there can be no such topic. */
export function topicOf(input: HTMLInputElement): string {
  const topic = input.value.trim();
  if (!isTopic(topic)) {
    throw new InvalidInput(input, INVALID_TOPIC.message);
  }
  return topic;
}
