import { loadMeasured, loadPlan } from '../../../tools/probe/load-measured';
import type { PlantedOptions } from '../../../tools/probe/servers/planted/options';
import { Servers } from '../../../tools/probe/servers/start';
import { handshakes } from '../../../../tools/probe/steps/handshakes';
import { impulses } from '../../../../tools/probe/steps/impulses';
import { silentConnections } from '../../../../tools/probe/steps/silent-connections';
import { storm } from '../../../../tools/probe/steps/storm';

const servers = new Servers();
jest.setTimeout(120_000);

afterEach(() => servers.stop());

const SOCKETS = { sockets: 8, messages: 20 };

/** Starts a server, and runs the steps. */
async function measured(options: PlantedOptions, ...steps: Parameters<typeof loadMeasured>[1]) {
  return loadMeasured(loadPlan(await servers.start('planted', JSON.stringify(options)), SOCKETS), steps);
}

function named({ diagnosis }: Awaited<ReturnType<typeof measured>>): string[] {
  return diagnosis.causes.map(({ id }) => id);
}

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

test('a server that reads no frames leaves it undecided, although its requests are fast', async () => {
  const { diagnosis } = await measured({ frames: 'unread' }, handshakes, impulses, storm);

  expect(diagnosis.causes).toEqual([]);
  expect(diagnosis.undecided).toMatchObject([
    { reason: expect.stringContaining('the socket answers neither frames nor a ping') },
    { reason: expect.stringMatching(/^8 of 8 sockets did not answer a ping/) },
  ]);
});
