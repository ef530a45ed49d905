import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forkOfProject } from '../support/fork';
import { StartedRunner } from '../support/started-runner';
import { appOf } from './caller';
import { Listener } from './listener';

const UNKNOWN = { action: 'dance' };

jest.setTimeout(60_000);

let project: string;
let runner: StartedRunner;
let listener: Listener;

beforeEach(async () => {
  project = forkOfProject();
  runner = await StartedRunner.start(['--watch'], project);
  listener = await Listener.connect(appOf(runner));
});

afterEach(async () => {
  await listener?.close();
  await runner?.stop();
});

/** Replaces text in a source file. @returns the runner's next log line of its own */
async function edit(file: string, before: string, after: string): Promise<{ level?: string; text?: string }> {
  const from = runner.printed.length;
  const path = join(project, file);
  const source = readFileSync(path, 'utf8');
  expect(source).toContain(before);
  writeFileSync(path, source.replace(before, after));
  return runner.says(({ event, process }) => event === 'log' && process === 'runner', from);
}

test('edits take effect without closing a socket, and edits that require a restart are logged', async () => {
  expect(await listener.ask(UNKNOWN)).toMatchObject({ message: expect.stringMatching(/^action must be one of/) });

  const live = await edit('lambda/realtime/parse-frame.ts', 'action must be one of', 'choose one of');
  expect(live).toMatchObject({ level: 'info', text: 'The new code is live' });
  expect(await listener.ask(UNKNOWN)).toMatchObject({ message: expect.stringMatching(/^choose one of/) });

  const broken = await edit('lambda/realtime/parse-frame.ts', 'choose one of', '` + ; + `');
  expect(broken).toMatchObject({
    level: 'error',
    text: expect.stringMatching(/^The app could not be synthesized: .*; the previous code keeps running$/),
  });
  expect(await listener.ask(UNKNOWN)).toMatchObject({ message: expect.stringMatching(/^choose one of/) });

  const fixed = await edit('lambda/realtime/parse-frame.ts', '` + ; + `', 'take one of');
  expect(fixed).toMatchObject({ text: 'The new code is live' });
  expect(await listener.ask(UNKNOWN)).toMatchObject({ message: expect.stringMatching(/^take one of/) });

  const structure = await edit('cdk.json', '"rateLimit": 1000', '"rateLimit": 900');
  expect(structure).toMatchObject({
    level: 'warn',
    text: expect.stringMatching(/^Restart to apply .*: changed: \S*Api\S*$/),
  });
  expect(await listener.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
});
