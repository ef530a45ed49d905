import type { FormValue } from '../protocols/form';
import type { QueryApi } from '../protocols/query-protocol';

type Fields = Readonly<Record<string, FormValue>>;

/** Lists in a form, by the name of their items, with their names in the JSON protocol. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};

/** Lists of names and values, with the name of the map in the JSON protocol. */
const MAPS: Readonly<Record<string, string>> = {
  Attribute: 'Attributes',
  MessageAttribute: 'MessageAttributes',
  MessageSystemAttribute: 'MessageSystemAttributes',
};

const NUMBERS = ['DelaySeconds', 'VisibilityTimeout', 'MaxNumberOfMessages', 'WaitTimeSeconds'];

const WITHOUT_RESULT = ['DeleteMessage', 'ChangeMessageVisibility', 'PurgeQueue'];

/** SQS's forms, which have flattened lists: `AttributeName.1`, `MessageAttribute.1.Value.StringValue`, `SendMessageBatchRequestEntry.1.Id`. */
export const SQS_FORM: Omit<QueryApi, 'service'> = {
  version: '2012-11-05',
  namespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
  inputOf(form, path) {
    // API Gateway's integrations have the queue in the path only.
    const fromPath = path === '/' ? {} : { QueueUrl: path.replace(/\/$/, '') };
    return { ...fromPath, ...fieldsOf(form) };
  },
  resultOf(operation, answer) {
    const { Successful, ...result } = flattened(answer);
    const entries = Successful === undefined ? {} : { [`${operation}ResultEntry`]: Successful };
    return WITHOUT_RESULT.includes(operation) ? undefined : { ...entries, ...result };
  },
};

function fieldsOf(form: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(form).map(([name, value]): [string, unknown] => {
      const items = Array.isArray(value) ? (value as readonly FormValue[]) : [value];
      const map = MAPS[name];
      if (map !== undefined) {
        return [map, Object.fromEntries((items as readonly Fields[]).map(({ Name, Value }) => [String(Name), Value]))];
      }
      const list = LISTS[name];
      if (list !== undefined) {
        return [list, items.map((item) => (typeof item === 'object' ? fieldsOf(item as Fields) : item))];
      }
      return [name, NUMBERS.includes(name) && /^-?\d+$/.test(String(value)) ? Number(value) : value];
    }),
  );
}

/** An answer with lists by the names of their items, and maps as lists of names and values. */
function flattened(answer: object): Record<string, unknown> {
  const { Messages, Successful, Failed, QueueUrls, Attributes, MessageAttributes, ...others } = answer as Record<
    string,
    object[]
  >;
  return {
    ...others,
    ...(Messages && { Message: Messages.map(flattened) }),
    ...(QueueUrls && { QueueUrl: QueueUrls }),
    ...(Attributes && { Attribute: pairsOf(Attributes) }),
    ...(MessageAttributes && { MessageAttribute: pairsOf(MessageAttributes) }),
    ...(Successful && { Successful }),
    ...(Failed && { BatchResultErrorEntry: Failed }),
  };
}

function pairsOf(map: object): object[] {
  return Object.entries(map).map(([Name, Value]) => ({ Name, Value }));
}
