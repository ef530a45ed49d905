import { packForTask, POST_BYTES, unpack } from '../../../lambda/realtime/task-posts';
import { isOnTask, socketIdOf, taskIdOf, taskOf } from '../../../lambda/realtime/task-id';
import { messageOf } from './message';

describe('a post to a task', () => {
  it('has a frame for each topic, with its key, in the order of the messages', () => {
    const messages = [messageOf('acme/a', 1), messageOf('acme/a', 2), messageOf('acme/b', 7)];
    const [post, ...others] = packForTask(messages);
    expect(others).toEqual([]);
    const frames = unpack(post?.text ?? '');
    expect(frames.map(({ topic }) => topic)).toEqual(['acme/a', 'acme/b']);
    expect(JSON.parse(frames[0]?.text ?? '').messages.map(({ sequence }: { sequence: number }) => sequence)).toEqual([
      1, 2,
    ]);
    expect(JSON.parse(frames[1]?.text ?? '')).toMatchObject({ type: 'message', topic: 'b', sequence: 7 });
    expect(post?.messages).toEqual(messages);
  });

  it('is divided so that none exceeds the limit, and all messages are in one', () => {
    const data = 'x'.repeat(20_000);
    const messages = Array.from({ length: 100 }, (_, index) => messageOf(`acme/t${index % 3}`, index + 1, data));
    const posts = packForTask(messages);
    expect(posts.length).toBeGreaterThan(3);
    for (const { text } of posts) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(POST_BYTES);
    }
    expect(new Set(posts.flatMap((post) => post.messages))).toEqual(new Set(messages));
  });

  it('keeps a message with line breaks in one line', () => {
    const [post] = packForTask([messageOf('acme/a', 1, 'one\ntwo\r\n\u2028three')]);
    const [frame, ...others] = unpack(post?.text ?? '');
    expect(others).toEqual([]);
    expect(JSON.parse(frame?.text ?? '')).toMatchObject({ data: 'one\ntwo\r\n\u2028three' });
  });

  it.each(['', 'acme/a', 'acme/a\n{}\nacme/b'])('that is %j is not a post', (text) => {
    expect(() => unpack(text)).toThrow('pairs of lines');
  });
});

describe('the id of a task', () => {
  it('is found from the ids of its sockets and from itself, and differs from them', () => {
    const task = taskIdOf('AbC-_9');
    const sockets = [socketIdOf(task, 1), socketIdOf(task, 12)];
    expect([task, ...sockets].map(taskOf)).toEqual([task, task, task]);
    expect(new Set([task, ...sockets]).size).toBe(3);
    expect(sockets.every(isOnTask)).toBe(true);
  });

  it('differs from every id of a connection of an API', () => {
    expect(isOnTask('L0SM9cOFvHcCIhw=')).toBe(false);
    expect(taskOf('L0SM9cOFvHcCIhw=')).not.toBe('L0SM9cOFvHcCIhw=');
  });
});
