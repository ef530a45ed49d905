import { inexactValue } from '../../../lambda/realtime/exact-json';
import { refuseData } from '../../../lambda/realtime/parse-frame';
import { InvalidInput } from './fields';
import { sentence } from './sentence';

/** @returns the data in a field. Throws {@link InvalidInput} if it is not JSON, or cannot be published */
export function dataOf(input: HTMLTextAreaElement) {
  if (input.value.trim() === '') {
    throw new InvalidInput({ input, message: 'Enter data. Example: { "text": "hello" }' });
  }
  // Any JSON value.
  let data;
  try {
    data = JSON.parse(input.value);
  } catch (error) {
    throw new InvalidInput({ input, message: sentence(`Data must be valid JSON: ${(error as Error).message}`) });
  }
  const problem = inexactValue(input.value) ?? refuseData(data)?.message;
  if (problem) {
    throw new InvalidInput({ input, message: sentence(problem) });
  }
  return data;
}
