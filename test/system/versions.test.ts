/**
 * The last release and this version at the same time, with the same tables, queues and connections, as during a deployment and a rollback.
 * `versions/release.json` records the release.
 */
import { join } from 'node:path';
import { Client } from './client';
import { expectData, leaveData, publishUntilQueued } from './versions/change';
import { lastTagged, MISSING, RELEASE, sourcesOfRelease } from './versions/last-release';
import { closeLibraryClients, type Library, libraryIn } from './versions/library';
import { MixedApp } from './versions/mixed-app';
import { MixedAssembly } from './versions/mixed-assembly';
import { mixturesOf } from './versions/mixtures';
import { synthesizeStage } from './versions/synthesize-stage';
import { useEveryPart } from './versions/traffic';

jest.setTimeout(180_000);

const PROJECT = join(__dirname, '../..');

/** Functions and containers of the stages that read and write the same data, by the beginnings of their logical ids. */
const PARTS = {
  dev: [
    'HttpLaneTaskDefinition',
    ...['WebSocketLaneConnect', 'WebSocketLaneDisconnect', 'WebSocketLaneMessage'],
    ...['DeliveryDispatch', 'DeliveryDeliver', 'DeliveryPush', 'RevocationRevoke'],
  ],
  servers: [
    ...['HttpLaneTaskDefinition', 'WebSocketLaneServersTaskDefinition'],
    ...['DeliveryDispatch', 'DeliveryDeliver', 'DeliveryPush', 'RevocationRevoke'],
  ],
};

test.each([2, 3, 6, 8, 10, 11, 21])('of %i parts, every two run in both combinations of versions', (count) => {
  const parts = Array.from({ length: count }, (_, index) => `part ${index}`);
  const mixtures = mixturesOf(parts);
  for (const newer of parts) {
    for (const older of parts.filter((part) => part !== newer)) {
      expect(mixtures.some((mixture) => mixture.includes(newer) && !mixture.includes(older))).toBe(true);
    }
  }
});

if (MISSING !== undefined) {
  console.warn(`The compatibility of versions is not tested. ${MISSING}`);
}

(MISSING === undefined ? describe : describe.skip)(`this version and release ${RELEASE.version}`, () => {
  let release: string;
  let libraries: Record<'release' | 'current', Library>;

  beforeAll(() => {
    release = sourcesOfRelease();
    libraries = { release: libraryIn(release), current: libraryIn(PROJECT) };
  });

  afterEach(async () => {
    closeLibraryClients();
    await Client.closeAll();
  });

  test('release.json records the last tag before this commit', () => {
    expect(RELEASE).toEqual(lastTagged() ?? RELEASE);
  });

  describe.each(['dev', 'servers'] as const)('in the stage %s', (stage) => {
    let mixed: MixedApp;

    beforeAll(async () => {
      const [old, current] = await Promise.all([synthesizeStage(release, stage), synthesizeStage(PROJECT, stage)]);
      mixed = await MixedApp.start(new MixedAssembly(old, current));
    });

    afterAll(() => mixed?.stop());

    /** @returns the parts that run the release's code when the app runs a version */
    const olderParts = (version: 'release' | 'current') => (version === 'release' ? mixed.parts : []);

    test('each part of the app is one of those that are mixed', () => {
      expect(mixed.parts.map(nameOf).sort()).toEqual([...PARTS[stage]].sort());
    });

    test.each([
      ['deployment', 'release', 'current'],
      ['rollback', 'current', 'release'],
    ] as const)('a %s keeps connections, tickets, messages and queue entries', async (_, before, after) => {
      await mixed.run(olderParts(before));
      await mixed.withoutFailures(async () => {
        const left = await leaveData(mixed, libraries[before]);
        await mixed.run(olderParts(before), 'stopped');
        const last = await publishUntilQueued(mixed, left);
        await mixed.run(olderParts(after));
        await expectData(mixed, left, { last, library: libraries[after], keepsSockets: stage === 'dev' });
      });
    });

    test.each(mixturesOf(PARTS[stage]).map((parts) => ({ parts })))(
      'all messages are delivered while only $parts are new',
      async ({ parts }) => {
        await mixed.run(mixed.parts.filter((part) => !parts.includes(nameOf(part))));
        await mixed.withoutFailures(() => useEveryPart(mixed, Object.values(libraries)));
      },
    );
  });
});

/** @returns `DeliveryDeliver` for `TwinLaneDeliveryDeliverFunctionD86E8B7F` */
function nameOf(logicalId: string): string {
  return logicalId.replace(/^TwinLane|(Function)?[0-9A-F]{8}$/g, '');
}
