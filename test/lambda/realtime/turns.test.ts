import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTick } from 'node:timers/promises';
import { Turns } from '../../../lambda/realtime/turns';

it('work with the same key runs one after another, in the order of the calls, also after a failure', async () => {
  const turns = new Turns();
  const events: string[] = [];
  const work = (name: string, fails = false) =>
    turns.take('key', async () => {
      events.push(`${name} begins`);
      await nextTick();
      events.push(`${name} ends`);
      if (fails) {
        throw new Error(name);
      }
      return name;
    });
  const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('work with another key runs immediately', async () => {
  const turns = new Turns();
  const emitter = new EventEmitter();
  const waiting = turns.take('a', () => once(emitter, 'open'));
  expect(await turns.take('b', async () => 'done')).toBe('done');
  emitter.emit('open');
  await waiting;
});
