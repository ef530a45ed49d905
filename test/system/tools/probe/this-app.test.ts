import type { CauseId } from '../../../../tools/probe/diagnosis/cause';
import { synthesized } from '../../../support/cloud-assembly';
import { StartedRunner } from '../../../support/started-runner';
import { stageStack } from '../../../stack/stages';
import { somebody, tokensFrom } from '../../caller';
import { probed } from './probed';

jest.setTimeout(120_000);

/** Causes that are derived from times alone. On one busy machine they occur with good lanes, too. */
const TIMING_CAUSES: readonly CauseId[] = [
  ...(['cold-process', 'cold-workers', 'cold-url', 'slow-handler'] as const),
  ...(['frame-blocks-loop', 'handshake-blocks-loop'] as const),
];

const ROUNDS = 5;

test('the probe finds no fault in the lanes of npm start, from an origin that they allow', async () => {
  // In a process of its own: the probe measures in this one.
  const app = await StartedRunner.start(['--app', synthesized((cdk) => void stageStack('dev', {}, cdk))]);
  const token = await tokensFrom(app.tokenUrl)(somebody());
  const { report } = await probed([
    `${app.url('http')}/v1/topics/probe/messages`,
    ...['--data', '{"data":"hello"}', '--header', `authorization: Bearer ${token}`],
    ...['--origin', 'https://app.example.com', '--fresh', '--rest', 'none', '--rounds', String(ROUNDS)],
    ...['--websocket', app.url('websocket'), '--subprotocol', 'twinlane.v1'],
    ...['--tickets', `${app.url('http')}/v1/tickets`],
  ]);
  await app.stop();

  const { causes, measurements } = report;
  expect(causes.filter(({ id, fault }) => fault && !TIMING_CAUSES.includes(id))).toEqual([]);
  expect(measurements.families.map(({ outcome }) => outcome)).toEqual(['connected', 'connected']);
  expect(measurements.preflight).toMatchObject({ maxAge: 7200, cachedFor: 7200 });
  // Every request was answered, on connections that stay open.
  const exchanges = measurements.runs.flatMap(({ first, second }) => [first, second]);
  expect(exchanges.map(({ status, closed }) => ({ status, closed }))).toEqual(
    Array(2 * (ROUNDS + 1)).fill({ status: 201, closed: false }),
  );
  // The sockets were subscribed and received the published messages.
  const frames = measurements.impulses.filter(({ kind }) => kind === 'frame');
  expect(frames.map(({ answered, sent, dropped }) => ({ answered, dropped, isSent: sent > 0 }))).toEqual(
    frames.map(({ sent }) => ({ answered: sent, dropped: undefined, isSent: true })),
  );
  expect(frames.length).toBeGreaterThan(0);
});
