import { Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { WebSocket } from 'ws';
import {
  Admission,
  Authentication,
  Delivery,
  HttpCompute,
  HttpLane,
  LaneNetwork,
  MessageLog,
  WebSocketLane,
} from '../../lib';
import { synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';

jest.setTimeout(60_000);

/** Number of messages, each after a pause of the topic, so that each is announced by a hint. */
const MESSAGES = 6;

/** Milliseconds between two messages: longer than the shortest pause. */
const PAUSE = 700;

let runner: StartedRunner | undefined;
const sockets: WebSocket[] = [];

afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.terminate());
  await runner?.stop();
});

/** An app with two WebSocket lanes that push the messages of one log. */
function twoLanes(): string {
  return synthesized((app) => {
    const stack = new Stack(app, 'Two', { env: { region: 'us-east-1', account: '123456789012' } });
    const certificate = Certificate.fromCertificateArn(
      stack,
      'Certificate',
      'arn:aws:acm:us-east-1:123456789012:certificate/a',
    );
    const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
      hostedZoneId: 'Z0123',
      zoneName: 'example.com',
    });
    const messageLog = new MessageLog(stack, 'MessageLog');
    const admission = new Admission(stack, 'Admission', { authentication: Authentication.none() });
    const lane = (name: string) => ({
      domain: { hostName: `${name}.example.com`, certificate, hostedZone },
      messageLog,
      admission,
      allowedOrigins: ['https://app.example.com'],
    });
    const network = LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] });
    new HttpLane(stack, 'Http', { ...lane('api'), network, compute: HttpCompute.lambda() });
    for (const name of ['One', 'Other']) {
      const webSocketLane = new WebSocketLane(stack, name, lane(name.toLowerCase()));
      new Delivery(stack, `Delivery${name}`, { messageLog, webSocketLane });
    }
  });
}

/** Subscribes to a topic of a lane. @returns the sequences that are pushed */
async function subscriber(url: string): Promise<Set<number>> {
  const socket = new WebSocket(url, ['twinlane.v1']);
  sockets.push(socket);
  const sequences = new Set<number>();
  await new Promise((resolve) => socket.once('open', resolve));
  const subscribed = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      for (const { sequence } of frame.type === 'messages' ? frame.messages : frame.type === 'message' ? [frame] : []) {
        sequences.add(sequence);
      }
      if (frame.type === 'subscribed') {
        resolve();
      }
    });
  });
  socket.send(JSON.stringify({ action: 'subscribe', topic: 'shared' }));
  await subscribed;
  return sequences;
}

test('subscribers of two lanes that deliver one log receive all messages that follow a pause', async () => {
  runner = await StartedRunner.start(['--app', twoLanes()]);
  const received = await Promise.all([
    subscriber(runner.url('websocket', 'One')),
    subscriber(runner.url('websocket', 'Other')),
  ]);
  for (let message = 0; message < MESSAGES; message += 1) {
    await fetch(`${runner.url('http')}/v1/topics/shared/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: message }),
    });
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  const deadline = Date.now() + 20_000;
  while (received.some(({ size }) => size < MESSAGES) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(received.map(({ size }) => size)).toEqual([MESSAGES, MESSAGES]);
});
