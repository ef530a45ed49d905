import { ListQueuesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { operatorConfig } from './aws-at-desk';
import { type App, appOf } from './caller';
import { Listener } from './listener';
import { publish } from './publish';

/** Number of forged hints: many more than push handles while a message passes the stream. */
const FLOOD = 6000;

/** Number of topics with a message during the flood. Each message follows a pause, so its own hint is behind the flood. */
const TOPICS = 5;

/** Number of messages in quick succession on one more topic, which are not announced except the first. */
const BURST = 5;

/** Maximum number of entries of a SendMessageBatch. */
const BATCH = 10;

let runner: StartedRunner;
let app: App;

beforeAll(async () => {
  runner = await StartedRunner.start(['--app', synthesized((cdk) => void stageStack('dev', {}, cdk))]);
  app = appOf(runner);
}, 60_000);

afterAll(() => runner?.stop());

/** Sends hints about messages that do not exist, as a broken HTTP lane could. Each costs push a read of the log. */
async function floodHints(): Promise<void> {
  const client = new SQSClient(operatorConfig(runner));
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
  const QueueUrl = QueueUrls.find((url) => url.includes('HintQueue'));
  const batches = Array.from({ length: FLOOD / BATCH }, (_, batch) =>
    Array.from({ length: BATCH }, (__, index) => {
      const hint = { topic: `contract/forged:${batch}:${index}`, epoch: 'forged', first: 1, last: 1 };
      return { Id: `${index}`, MessageBody: JSON.stringify(hint) };
    }),
  );
  await Promise.all(batches.map((Entries) => client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))));
  client.destroy();
}

/** @returns the number of hints that push has received. */
function hintsReceived(): number {
  return runner.printed
    .flatMap(({ text = '' }) => (text.includes('"event":"pushed"') ? [JSON.parse(text) as { hints: number }] : []))
    .reduce((sum, { hints }) => sum + hints, 0);
}

// If push kept dispatch or deliver from their work, or if only push could deliver an announced message, the messages would
// arrive after the flood. This order does not depend on the machine's speed.
test('messages reach a socket from the stream while push is busy with a flood of forged hints', async () => {
  const listener = await Listener.connect(app);
  const quiet = Array.from({ length: TOPICS }, (_, index) => `quiet:${index}`);
  for (const topic of [...quiet, 'busy']) {
    expect(await listener.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
  }
  await floodHints();

  const burst = Array.from({ length: BURST }, () => 'busy');
  const answers = await Promise.all([...quiet, ...burst].map((topic) => publish(app, topic, topic)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  for (const topic of quiet) {
    await listener.receives((frame) => frame.type === 'message' && frame.topic === topic);
  }
  for (let sequence = 1; sequence <= BURST; sequence += 1) {
    await listener.receives(
      (frame) => frame.type === 'message' && frame.topic === 'busy' && frame.sequence === sequence,
    );
  }
  expect(hintsReceived()).toBeLessThan(FLOOD);
  expect(await listener.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  await listener.close();
}, 60_000);
