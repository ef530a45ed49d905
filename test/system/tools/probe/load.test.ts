import { loadMeasured, loadPlan } from '../../../tools/probe/load-measured';
import type { LoadFaults } from '../../../tools/probe/servers/load-server';
import { Servers } from '../../../tools/probe/servers/start';
import { handshakes } from '../../../../tools/probe/steps/handshakes';
import { impulses } from '../../../../tools/probe/steps/impulses';
import { silentConnections } from '../../../../tools/probe/steps/silent-connections';
import { silentSockets } from '../../../../tools/probe/steps/silent-sockets';
import { storm } from '../../../../tools/probe/steps/storm';

const servers = new Servers();
jest.setTimeout(120_000);

afterEach(() => servers.stop());

const SOCKETS = { sockets: 8, messages: 20 };

/** Starts a server with the faults, and runs the steps. */
async function measured(faults: LoadFaults, ...steps: Parameters<typeof loadMeasured>[1]) {
  return loadMeasured(loadPlan(await servers.start('load-server', JSON.stringify(faults)), SOCKETS), steps);
}

function named({ diagnosis }: Awaited<ReturnType<typeof measured>>): string[] {
  return diagnosis.causes.map(({ id }) => id);
}

test('a frame that blocks the loop for 40 ms is measured, also behind a handler that always takes 120 ms', async () => {
  const result = await measured({ always: 120, perFrame: 40 }, handshakes, impulses);

  expect(named(result)).toEqual(['frame-blocks-loop']);
  expect(result.diagnosis.causes[0]?.adds).toBeGreaterThan(30);
  expect(result.diagnosis.causes[0]?.adds).toBeLessThan(60);
});

test('a handshake that blocks the loop for 60 ms is measured', async () => {
  const result = await measured({ perHandshake: 60 }, handshakes, impulses);

  expect(named(result)).toEqual(['handshake-blocks-loop']);
  expect(result.diagnosis.causes[0]?.adds).toBeGreaterThan(45);
  expect(result.diagnosis.causes[0]?.adds).toBeLessThan(90);
});

test('4 workers that sockets hold and a frame that blocks are both found', async () => {
  const result = await measured({ pool: 4, perFrame: 40 }, handshakes, impulses, silentSockets);

  expect(named(result)).toEqual(['socket-holds-worker', 'frame-blocks-loop']);
  expect(result.diagnosis.causes[0]?.because).toContain('at most 4');
});

test('a worker that one socket holds is found without the option for more of them', async () => {
  const result = await measured({ pool: 1 }, handshakes, impulses);

  expect(named(result)).toEqual(['socket-holds-worker']);
  expect(result.found.impulses).toEqual([]);
});

test('4 workers that silent connections hold are found, with half requests, too', async () => {
  const result = await measured({ accept: 4 }, silentConnections);

  expect(named(result)).toEqual(['connection-holds-worker']);
  expect(result.found.held.filter(({ stalled }) => stalled > 0)).toMatchObject([
    { kind: 'connection', requested: 4 },
    { kind: 'connection', requested: 4 },
    { kind: 'half-request', requested: 4 },
    { kind: 'half-request', requested: 4 },
  ]);
});

test('a frame that costs more with each open socket is found by the storm alone', async () => {
  const result = await measured({ perListener: 3 }, handshakes, impulses, storm);

  expect(named(result)).toContain('slow-under-load');
});

test('a server that closes the socket after some frames leaves it undecided, for a single socket and in the storm', async () => {
  const { diagnosis } = await measured({ dropAfter: 3 }, handshakes, impulses, storm);

  expect(diagnosis.causes).toEqual([]);
  expect(diagnosis.undecided).toMatchObject([
    { reason: expect.stringContaining('the server closed the socket with code 1008 (too many frames)') },
    { reason: expect.stringMatching(/^the server closed or rejected \d of 8 sockets after \d+ frames: code 1008/) },
  ]);
});

test('a server that reads no frames leaves it undecided, although its requests are fast', async () => {
  const { diagnosis } = await measured({ deaf: true }, handshakes, impulses, storm);

  expect(diagnosis.causes).toEqual([]);
  expect(diagnosis.undecided).toMatchObject([
    { reason: expect.stringContaining('the socket answers neither frames nor a ping') },
    { reason: expect.stringMatching(/^8 of 8 sockets did not answer a ping/) },
  ]);
});

test('a healthy server has no cause', async () => {
  const result = await measured({}, handshakes, impulses, silentConnections, silentSockets, storm);

  expect(named(result)).toEqual([]);
});
