import type { Impulse } from '../../../../tools/probe/measurements';
import { loadPlan } from '../load-measured';
import { frameImpulse, handshakeImpulse } from './load/made-up';
import { diagnosis, measured, plan } from './made-up';

const { socket } = loadPlan(80);

function answerOf(impulses: Impulse[]): string {
  const found = measured([9, 1], [1, 1, 1, 1], { impulses, handshakes: [{ tcp: 0.3, upgrade: 1 }] });
  return diagnosis(found, plan({ socket })).answer;
}

test('the answer lists what was measured beside the WebSocket', () => {
  expect(answerOf([handshakeImpulse(0), frameImpulse(0)])).toMatch(
    /No delay was seen beside a handshake and a frame of the WebSocket\.$/,
  );
});

test('the answer says nothing good about a frame after which the server closed the socket', () => {
  const answer = answerOf([handshakeImpulse(0), frameImpulse(0, { dropped: 'the server closed the socket' })]);

  expect(answer).toMatch(/No delay was seen beside a handshake of the WebSocket\. Cannot tell whether/);
});

test('commands in the report can be copied to a shell, with an & in the URL', () => {
  const url = new URL('https://api.example.com/items?page=2&size=5');
  const { undecided, notMeasured } = diagnosis(measured([9, 1], [1, 1, 1, 1]), plan({ fresh: false, socket }, { url }));
  const command = "restart 'https://api.example.com/items?page=2&size=5'";

  expect(undecided[0]?.fix).toContain(command);
  expect(notMeasured.some(({ check }) => check.includes(command))).toBe(true);
});
