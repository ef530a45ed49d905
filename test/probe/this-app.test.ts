import { synthesized } from '../local/assembly/assembly-directory';
import { RunningApp } from '../local/running-app';
import { stageStack } from '../stack/stages';
import { somebody, tokensFrom } from '../system/caller';
import { undisturbed } from './undisturbed';

jest.setTimeout(60_000);

/** Both lanes, their log and this test share one machine: much more, and its processor is what is measured. */
const GENTLY = ['--runs', '3', '--sockets', '5', '--messages', '5', '--seconds', '2'];

test('the lanes of npm start are isolated and warm, from an origin that they allow', async () => {
  const app = await RunningApp.start(synthesized((cdk) => void stageStack('dev', {}, cdk)));
  const lanes = ['--api', app.url('http'), '--ws', app.url('websocket'), '--origin', 'https://app.example.com'];
  const token = await tokensFrom(app.tokenUrl)(somebody());
  const ask = () => undisturbed(async () => [...lanes, ...GENTLY, '--token', token]);
  // What its processes do once, when they start, is no part of this.
  await ask();

  const { exitCode, report } = await ask();
  await app.stop();

  const { causes, measurements } = report;
  expect({ exitCode, faults: causes.filter(({ fault }) => fault) }).toEqual({ exitCode: 0, faults: [] });
  expect(measurements.families.map(({ outcome }) => outcome)).toEqual(['answers', 'answers']);
  expect(measurements.preflight).toEqual({ maxAge: 7200, kept: 7200 });
  // The sockets were subscribed, and got what was published.
  expect(measurements.passes.at(-1)?.frames.received).toBeGreaterThan(5);
});
