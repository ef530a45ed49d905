import type { BesideSocket } from '../../../../tools/demo/page/first-request/observed';
import { socketChanges } from '../../../../tools/demo/page/first-request/socket-changes';
import { answer } from '../../../../tools/demo/page/first-request/answer';
import { observed } from './made-up';

const steady = [4, 5, 5, 6, 5, 4, 6, 5, 5, 4];

/** @returns the ids of what to change for requests beside a socket */
function ids(replaced: Partial<BesideSocket>): string[] {
  const socket = { failed: false, alone: steady, open: steady, opening: [6, 6, 5, 6, 7], notOpening: [5, 6, 6, 7] };
  return socketChanges(observed({ socket: { ...socket, ...replaced } })).map(({ id }) => id);
}

describe('beside a WebSocket,', () => {
  test('requests that are as fast as alone show no effect, and the page says so', () => {
    const socket = { failed: false, alone: steady, open: steady, opening: [6, 6, 5, 6, 7], notOpening: [5, 6, 6, 7] };
    expect(ids({})).toEqual([]);
    expect(answer(observed({ socket })).notes).toEqual([
      'The WebSocket did not slow requests: not while it was open, and not while it opened.',
    ]);
  });

  test('requests that are slower while it is open are reported', () => {
    expect(ids({ open: steady.map((value) => value + 40) })).toEqual(['socket-slows']);
  });

  test('requests that are slower while it opens are reported', () => {
    expect(ids({ opening: [64, 64, 65, 63, 66] })).toEqual(['handshake-slows']);
  });

  test.each([
    ['at once', { opening: [350, 6, 5, 6, 7] }],
    ['directly after it opened', { open: [350, ...steady.slice(1)] }],
  ])('a request that is slow only when the first socket opens, %s, is the first use of the socket', (_, slow) => {
    expect(ids(slow)).toEqual(['cold-socket']);
  });

  test('requests that differ too much to tell are not called unaffected', () => {
    expect(ids({ open: [4, 30, 5, 60, 5, 45, 4, 70, 5, 50] })).toEqual(['socket-unclear']);
  });

  test('a socket that did not open is reported', () => {
    expect(ids({ failed: true, open: [], opening: [] })).toEqual(['socket-failed']);
  });
});
