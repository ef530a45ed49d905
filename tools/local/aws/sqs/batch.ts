import { Failure } from '../failure';
import { badBatch, missingParameter } from './sqs-failures';

/** An entry of a batch. */
export type Entry = Readonly<Record<string, unknown>>;

/** Quota of every batch operation of SQS. */
const MAX_ENTRIES = 10;

/** Performs each entry separately. The result lists the successful and the failed entries. */
export function batch(Entries: unknown, perform: (entry: Entry) => object): object {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entriesOf(Entries)) {
    try {
      Successful.push({ Id: entry.Id, ...perform(entry) });
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      const Code = error.headers['x-amzn-query-error']?.split(';')[0];
      Failed.push({ Id: entry.Id, Code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

export function entriesOf(Entries: unknown): Entry[] {
  if (!Array.isArray(Entries)) {
    throw missingParameter('Entries');
  }
  if (Entries.length === 0) {
    throw badBatch('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (Entries.length > MAX_ENTRIES) {
    throw badBatch(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${Entries.length}.`,
    );
  }
  const ids = Entries.map(({ Id }) => String(Id));
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw badBatch(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw badBatch('BatchEntryIdsNotDistinct', `Id ${twice} repeated.`);
  }
  return Entries;
}
