import { probe } from '../../probe/probe';
import type { Terminal } from '../../verify/terminal';
import { synthesized } from '../local/assembly/assembly-directory';
import { RunningApp } from '../local/running-app';
import { stageStack } from '../stack/stages';
import { somebody, tokensFrom } from '../system/caller';
import { recordingTerminal } from '../verify/recording-terminal';

jest.setTimeout(60_000);
// A pause of the machine in a first run looks like a cold start. It does not come three times; a fault does.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

/** Both lanes, their log and this test share one machine: much more, and its processor is what is measured. */
const GENTLY = ['--runs', '3', '--sockets', '5', '--messages', '5', '--seconds', '2'];

test('the lanes of npm start are isolated and warm, from an origin that they allow', async () => {
  const app = await RunningApp.start(synthesized((cdk) => void stageStack('dev', {}, cdk)));
  const lanes = ['--api', app.url('http'), '--ws', app.url('websocket'), '--origin', 'https://app.example.com'];
  const token = await tokensFrom(app.tokenUrl)(somebody());
  const ask = (terminal: Terminal) =>
    probe([...lanes, ...GENTLY, '--token', token, '--json'], terminal, new Date(), new AbortController().signal);
  // What its processes do once, when they start, is no part of this.
  await ask(recordingTerminal());

  const terminal = recordingTerminal();
  const exitCode = await ask(terminal);
  await app.stop();

  const { causes, measurements } = JSON.parse(terminal.printed());
  expect({ exitCode, faults: causes.filter(({ fault }: { fault: boolean }) => fault) }).toEqual({
    exitCode: 0,
    faults: [],
  });
  expect(measurements.families.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['answers', 'answers']);
  expect(measurements.preflight).toEqual({ maxAge: 7200, kept: 7200 });
  // The sockets were subscribed, and got what was published.
  expect(measurements.passes.at(-1).frames.received).toBeGreaterThan(5);
});
