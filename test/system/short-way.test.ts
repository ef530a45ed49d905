import { randomUUID } from 'node:crypto';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Delivery } from '../../lib';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { stageStack } from '../stack/stages';
import { Client } from './client';
import { appOf, somebody } from './caller';
import { closeClients, newClient, Received, upTo } from './clients';

jest.setTimeout(60_000);

let runner: StartedRunner | undefined;

afterEach(async () => {
  closeClients();
  await Client.closeAll();
  await runner?.stop();
});

/** Starts the app. @param without - a function that receives no events */
async function start(without: (delivery: Delivery) => Construct | undefined = () => undefined): Promise<StartedRunner> {
  const app = synthesized((each) => {
    const silent = without(stageStack('dev', {}, each).twinlane.delivery as Delivery);
    for (const mapping of silent?.node.findAll() ?? []) {
      if (mapping instanceof CfnEventSourceMapping) {
        mapping.enabled = false;
      }
    }
  });
  runner = await StartedRunner.start(['--app', app]);
  return runner;
}

/** Subscribes to a new topic without reading its history, so that all received messages were pushed. */
async function listener(app: StartedRunner) {
  const topic = `quiet:${randomUUID()}`;
  const client = newClient(app, { gapWithin: 3_600_000 });
  const received = new Received();
  await client.subscribe(topic, received.handler).ready;
  return { topic, received, publish: (data: string) => client.publish(topic, data) };
}

/** Log lines of a function's event. */
const linesOf = (app: StartedRunner, event: string): Record<string, unknown>[] =>
  app.printed.flatMap(({ text = '' }) => {
    const at = text.indexOf(`{"event":"${event}"`);
    return at < 0 ? [] : [JSON.parse(text.slice(at)) as Record<string, unknown>];
  });

test('a message after a pause arrives without the stream, if a container or a function published it', async () => {
  const app = await start(({ dispatch }) => dispatch);
  const [byContainer, byFrame] = [await listener(app), await listener(app)];
  await byContainer.publish('over HTTP');
  expect(await byContainer.received.until(1)).toEqual([1]);

  const socket = await Client.connect(appOf(app), {}, somebody());
  await socket.ask({ action: 'publish', topic: byFrame.topic, data: 'over WebSocket' });
  expect(await byFrame.received.until(1)).toEqual([1]);
  await app.says(({ text = '' }) => /"event":"pushed".*"pushed":1,"posts":1/.test(text));
  expect(linesOf(app, 'hint_failed')).toEqual([]);
  expect(linesOf(app, 'push_failed')).toEqual([]);
});

test('messages without a pause arrive in order, after one that took the short way', async () => {
  const app = await start();
  const { received, publish } = await listener(app);
  await publish('after a pause');
  await Promise.all(['at', 'once', 'together'].map((data) => publish(data)));
  expect(await received.until(4)).toEqual(upTo(4));
  await app.says(({ text = '' }) => /"event":"pushed","hints":1,"pushed":1,"posts":1/.test(text));
});

test('all messages arrive by the stream if the push function receives no hint', async () => {
  const app = await start(({ push }) => push);
  const { received, publish } = await listener(app);
  await publish('after a pause');
  expect(await received.until(1)).toEqual([1]);
  expect(linesOf(app, 'pushed')).toEqual([]);
});
