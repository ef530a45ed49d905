import fc from 'fast-check';
import { framesOf, inOrder } from '../../../lambda/realtime/frames';
import { Limit } from '../../../client/protocol';
import { messageOf, messagesOf } from './message';

const sizes = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 30 });
const sized = (bytes: number[]) => bytes.map((size, index) => messageOf('t', index + 1, 'é'.repeat(size / 2)));

it('framesOf() writes one message as a message frame', () => {
  const message = messageOf('room:1', 7, { text: 'hello' });
  expect(framesOf([message]).map(({ text }) => JSON.parse(text))).toEqual([{ type: 'message', ...message }]);
});

it('framesOf() writes several messages that fit into one frame as a messages frame', () => {
  const messages = messagesOf('room:1', 3);
  expect(framesOf(messages).map(({ text }) => JSON.parse(text))).toEqual([{ type: 'messages', messages }]);
});

it('framesOf() writes topics by name, and returns the messages with topic keys', () => {
  const messages = ['acme/room:1', 'acme/room:2'].map((topic) => messageOf(topic, 1, 'x'));
  const [frame] = framesOf(messages);
  expect(JSON.parse(frame?.text ?? '').messages).toMatchObject([{ topic: 'room:1' }, { topic: 'room:2' }]);
  expect(frame?.messages).toEqual(messages);
});

it('framesOf() returns no frame for an empty list', () => {
  expect(framesOf([])).toEqual([]);
});

it('framesOf() keeps every message once and in order, in frames within the limit of API Gateway', () => {
  fc.assert(
    fc.property(sizes, (bytes) => {
      const messages = sized(bytes);
      const frames = framesOf(messages);
      expect(frames.flatMap((frame) => frame.messages)).toEqual(messages);
      for (const { text, messages: inside } of frames) {
        const { type, ...rest } = JSON.parse(text);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(Limit.FRAME_BYTES);
        expect([type, rest]).toEqual(inside.length === 1 ? ['message', inside[0]] : ['messages', { messages: inside }]);
      }
    }),
  );
});

it('framesOf() starts a new frame only if the message does not fit into the previous one, to the byte', () => {
  fc.assert(
    fc.property(sizes, (bytes) => {
      const frames = framesOf(sized(bytes));
      frames.slice(1).forEach(({ messages: [next] }, index) => {
        const together = { type: 'messages', messages: [...(frames[index]?.messages ?? []), next] };
        expect(Buffer.byteLength(JSON.stringify(together))).toBeGreaterThan(Limit.FRAME_BYTES);
      });
    }),
  );
});

it('inOrder() sorts the messages of several lists by topic and sequence, without duplicates', () => {
  const list = messagesOf('a', 4);
  const other = messagesOf('b', 2);
  fc.assert(
    fc.property(fc.shuffledSubarray([...list, ...other, ...list], { minLength: 10 }), (shuffled) => {
      expect(inOrder([shuffled.slice(0, 3), shuffled.slice(3)])).toEqual([...list, ...other]);
    }),
  );
});
