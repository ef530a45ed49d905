import type { BatchOperation, Store } from '../../aws/dynamodb/engine';
import type { Message } from '../../aws/sqs/message';
import { MessageStore } from '../../aws/sqs/message-store';

const MESSAGE: Message = {
  id: 'm',
  order: 1,
  body: 'b',
  attributes: {},
  sender: 's',
  sentAt: 0,
  visibleAt: 0,
  receiveCount: 0,
};

test('a message is stored as it was when it was put, although it changes before it is saved', async () => {
  const written: BatchOperation[] = [];
  const db: Partial<Store['db']> = { batch: async (operations) => void written.push(...operations) };
  const store = new MessageStore(db as Store['db']);
  const message = { ...MESSAGE };
  store.put('q', message);
  message.receiveCount = 1;
  message.visibleAt = 30_000;
  await store.save();
  expect(written).toEqual([expect.objectContaining({ type: 'put', value: MESSAGE })]);
});
