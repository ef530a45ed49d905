/** Environment variable of a publisher: URL of the hint queue, or `none`. */
const HINT_QUEUE_URL = 'HINT_QUEUE_URL';

/**
 * @param template - a CloudFormation template
 * @returns a copy in which no publisher has a hint queue, so that all messages are pushed from the stream. Throws if the template has
 *   no hint queue
 */
export function withoutHints<T>(template: T): T {
  let publishers = 0;
  const changed = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      return value.map(changed);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    // A container has a list of names and values, and a function an object.
    const container = (value as { Name?: unknown }).Name === HINT_QUEUE_URL;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (key === HINT_QUEUE_URL || (container && key === 'Value')) {
          publishers += 1;
          return [key, 'none'];
        }
        return [key, changed(inner)];
      }),
    );
  };
  const copy = changed(template) as T;
  if (publishers === 0) {
    throw new Error(`The template has no variable ${HINT_QUEUE_URL}, so the two paths do not differ.`);
  }
  return copy;
}
