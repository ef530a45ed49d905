import type { ShownItem, ShownMessage } from '../aws/contents';

/** Contents of a table or a queue, as the page shows them. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** True if there are more than the rows. */
  readonly more: boolean;
}

/** A value in the JSON of DynamoDB: `{ S: 'text' }`. */
type AttributeValue = Readonly<Record<string, unknown>>;

/**
 * @param keys - names of the key attributes, which are the first columns
 * @param items - in the JSON of DynamoDB
 */
export function rowsOfItems(keys: readonly string[], items: readonly ShownItem[], more: boolean): Rows {
  const others = [...new Set(items.flatMap((item) => Object.keys(item)))].filter((name) => !keys.includes(name)).sort();
  const columns = [...keys, ...others];
  return { columns, rows: items.map((item) => columns.map((name) => textOf(item[name]))), more };
}

export function rowsOfMessages(messages: readonly ShownMessage[], more: boolean): Rows {
  const grouped = messages.some(({ group }) => group !== undefined);
  return {
    columns: ['Sent', 'State', 'Received', ...(grouped ? ['Group'] : []), 'Body'],
    rows: messages.map(({ body, sentAt, receiveCount, state, group = '' }) => [
      ...[new Date(sentAt).toISOString(), state, `${receiveCount} times`],
      ...(grouped ? [group] : []),
      body,
    ]),
    more,
  };
}

/** @returns the value without its types: `text`, `7`, `{"a":[1,2]}`; '' for an attribute that is missing */
function textOf(value: AttributeValue | undefined): string {
  const plain = value && plainOf(value);
  return typeof plain === 'string' ? plain : plain === undefined ? '' : JSON.stringify(plain);
}

function plainOf(value: AttributeValue): unknown {
  const [[type, content] = ['NULL', null]] = Object.entries(value);
  switch (type) {
    case 'N':
      return Number(content);
    case 'NS':
      return (content as string[]).map(Number);
    case 'NULL':
      return null;
    case 'L':
      return (content as AttributeValue[]).map(plainOf);
    case 'M':
      return Object.fromEntries(
        Object.entries(content as Record<string, AttributeValue>).map(([name, member]) => [name, plainOf(member)]),
      );
    default:
      return content;
  }
}
