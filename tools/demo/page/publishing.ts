import type { Json, TwinlaneClient } from '../../../client';
import { inexactValue } from '../../../lambda/realtime/exact-json';
import { refuseData } from '../../../lambda/realtime/parse-frame';
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
    const { sequence } = await client().publish(to, dataOf(data));
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
  const problem = inexactValue(input.value) ?? refuseData(data)?.message;
  if (problem) {
    throw new InvalidInput(
      input,
      problem.replace(/^./, (first) => first.toUpperCase()),
    );
  }
  return data;
}
