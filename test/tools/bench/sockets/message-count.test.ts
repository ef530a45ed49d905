import { framesOf } from '../../../../lambda/realtime/frames';
import { messagesOf } from '../../../../tools/bench/sockets/lane';
import { MessageCount } from '../../../../tools/bench/sockets/message-count';

const frame = (first: number, count: number) =>
  Buffer.from(framesOf(messagesOf('bench/sockets', first, count))[0]?.text ?? '');

test('messages of equal and of different frames are counted, and those that come after the call', async () => {
  const count = new MessageCount();
  count.add(frame(1, 1));
  count.add(frame(1, 1));
  const reached = count.reaches(12, 60_000);
  count.add(frame(2, 10));
  await reached;
  count.add(frame(12, 1));
  await count.reaches(1, 60_000);
});

test('more messages than were sent are an error', async () => {
  const count = new MessageCount();
  count.add(frame(1, 3));
  await expect(count.reaches(2, 60_000)).rejects.toThrow('3 messages arrived, and 2 were sent');
});

test('messages that do not arrive in time are an error', async () => {
  await expect(new MessageCount().reaches(1, 1)).rejects.toThrow('0 of 1 messages arrived in 1 ms');
});

test('a frame without messages is an error', () => {
  const refusal = Buffer.from(JSON.stringify({ type: 'error', code: 'internal', message: 'Internal error' }));
  expect(() => new MessageCount().add(refusal)).toThrow('got error');
});
