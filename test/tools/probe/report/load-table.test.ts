import { emptyMeasurements } from '../../../../tools/probe/measurements';
import { loadTable } from '../../../../tools/probe/report/load-table';
import { beside, frameImpulse, handshakeImpulse, stormOf } from '../diagnosis/load/made-up';

test('the table of the load is empty if nothing was measured beside sockets', () => {
  expect(loadTable(emptyMeasurements())).toEqual([]);
});

test('the table of the load has a line for each kind of request', () => {
  const lines = loadTable({
    ...emptyMeasurements(),
    impulses: [handshakeImpulse(0), frameImpulse(40, { spread: 0 })],
    held: [beside('socket', 1), beside('connection', 4, 3), beside('socket', 8, 0, { opened: 5, dropped: 2 })],
    storm: stormOf(10, { spread: 0 }),
  });
  expect(lines.map((line) => line.trim().replace(/ {2,}/g, ' | '))).toEqual([
    'requests | median',
    expect.stringMatching(/^alone, between those after a handshake began \| 2\.\d ms$/),
    expect.stringMatching(/^6 ms after a handshake began \| 2\.\d ms \| adds -?0\.\d to 0\.\d ms$/),
    'alone, between those after the frame "hello" | 2.0 ms | 60 of 60 frames answered',
    '2 ms after the frame "hello" | 40 ms | adds 38.0 to 38.0 ms',
    '10 ms after the frame "hello" | 32 ms | adds 30.0 to 30.0 ms',
    '20 ms after the frame "hello" | 22 ms | adds 20.0 to 20.0 ms',
    '35 ms after the frame "hello" | 7.0 ms | adds 5.0 to 5.0 ms',
    'beside 1 silent WebSocket | 2.0 ms',
    'beside 4 silent connections | 2,005 ms | 3 of 3 waited until the probe closed them',
    'beside 8 silent WebSockets | 2.0 ms | 5 opened, 2 closed by the server',
    'beside 8 WebSockets, silent | 20 ms | mean 20 ms, 90 % within 20 ms',
    'beside 8 WebSockets, busy | 30 ms | mean 30 ms, 90 % within 30 ms, 100 frames sent, 100 received',
    'difference in the mean | 10.0 to 10.0 ms, 1.50 to 1.50 times',
    'difference in the 90th percentile | 10.0 to 10.0 ms, 1.50 to 1.50 times',
  ]);
});

test('the table of the load says why an impulse stopped, without its fix', () => {
  const stopped = frameImpulse(0, { sent: 5, answered: 5, dropped: 'The server answered 429. Fix: wait.' });
  const lines = loadTable({ ...emptyMeasurements(), impulses: [stopped] });
  expect(lines[1]).toMatch(/5 of 5 frames answered, stopped: The server answered 429$/);
});
