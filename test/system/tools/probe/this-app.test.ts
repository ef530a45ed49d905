import { synthesized } from '../../../support/cloud-assembly';
import { StartedRunner } from '../../../support/started-runner';
import { stageStack } from '../../../stack/stages';
import { somebody, tokensFrom } from '../../caller';
import { probed } from './probed';

jest.setTimeout(60_000);

/** A low load: with more, the test would measure the processor that both lanes, their log and this test share. */
const GENTLY = ['--runs', '3', '--sockets', '5', '--messages', '5', '--seconds', '2'];

/** Causes that are derived from times alone. On one busy machine they occur with good lanes, too. */
const TIMING_CAUSES = ['cold-start', 'event-loop-blocked'];

test('the probe finds no fault in the lanes of npm start, from an origin that they allow', async () => {
  // In a process of its own: the probe measures in this one.
  const app = await StartedRunner.start(['--app', synthesized((cdk) => void stageStack('dev', {}, cdk))]);
  const lanes = ['--http', app.url('http'), '--websocket', app.url('websocket'), '--origin', 'https://app.example.com'];
  const token = await tokensFrom(app.tokenUrl)(somebody());
  const { report } = await probed([...lanes, ...GENTLY, '--token', token]);
  await app.stop();

  const { causes, measurements } = report;
  expect(causes.filter(({ id, fault }) => fault && !TIMING_CAUSES.includes(id))).toEqual([]);
  expect(measurements.families.map(({ outcome }) => outcome)).toEqual(['connected', 'connected']);
  expect(measurements.preflight).toEqual({ maxAge: 7200, cachedFor: 7200 });
  // Every request was answered, on connections that stay open.
  expect(measurements.runs.flatMap(({ first, second }) => [first.status, second.status])).toEqual(Array(6).fill(200));
  const { passes } = measurements;
  expect(new Set(passes.map(({ name }) => name))).toEqual(new Set(['idle', 'open', 'silent', 'storm']));
  expect(passes.filter(({ stalled, failures }) => stalled > 0 || failures.length > 0)).toEqual([]);
  // The sockets were subscribed and received the published messages.
  const storms = passes.filter(({ name }) => name === 'storm');
  expect(storms.map(({ sockets }) => sockets)).toEqual(storms.map(() => ({ requested: 5, opened: 5 })));
  expect(Math.max(...storms.map(({ frames }) => frames.received))).toBeGreaterThan(5);
});
