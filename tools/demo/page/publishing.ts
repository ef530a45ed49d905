import { type Json, type TwinlaneClient, TwinlaneError } from '../../../client';
import { inexactValue } from '../../../lambda/realtime/exact-json';
import { element, InvalidInput, onSubmit } from './elements';
import { topicOf } from './topic';

/** Part of the page that publishes messages. */
export function publishing(client: () => TwinlaneClient): void {
  const topic = element('publish-topic', HTMLInputElement);
  const data = element('data', HTMLTextAreaElement);
  const published = element('published', HTMLParagraphElement);
  onSubmit(element('publish', HTMLFormElement), async () => {
    published.replaceChildren();
    const to = topicOf(topic);
    const { sequence } = await client()
      .publish(to, dataOf(data))
      .catch((error: unknown) => {
        const isData = TwinlaneError.is(error) && ['too_large', 'invalid_data'].includes(error.code);
        throw isData ? new InvalidInput(data, error.message) : error;
      });
    published.replaceChildren(`Published message ${sequence} of topic ${to}`);
  });
}

function dataOf(input: HTMLTextAreaElement): Json {
  let data: Json;
  try {
    data = JSON.parse(input.value);
  } catch (error) {
    throw new InvalidInput(input, `Data must be valid JSON: ${(error as Error).message}`);
  }
  const problem = inexactValue(input.value);
  if (problem) {
    throw new InvalidInput(
      input,
      problem.replace(/^./, (first) => first.toUpperCase()),
    );
  }
  return data;
}
