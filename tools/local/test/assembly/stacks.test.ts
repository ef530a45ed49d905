import { Stack, Stage } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { loadAssembly } from '../../assembly/load-assembly';
import { synthesized } from './assembly-directory';

test('the stacks in a CDK stage are read', () => {
  const directory = synthesized((app) => {
    new Queue(new Stack(new Stage(app, 'Prod'), 'Data'), 'Work', { queueName: 'work' });
  });
  expect(loadAssembly(directory).queues).toMatchObject([{ name: 'work' }]);
});

test('resources with the same logical id in two stacks have different ids and names', () => {
  const directory = synthesized((app) => {
    for (const id of ['Blue', 'Green']) new Queue(new Stack(app, id), 'Work');
  });
  const [blue, green] = loadAssembly(directory).queues;
  expect(blue?.logicalId).toMatch(/^Blue\.Work/);
  expect(green?.logicalId).toMatch(/^Green\.Work/);
  expect(blue?.name).not.toBe(green?.name);
});

test('stacks without an account and Region have those of a local run', () => {
  const directory = synthesized((app) => void new Queue(new Stack(app, 'Anywhere'), 'Work'));
  const place = { region: 'us-east-1', accountId: '000000000000' };
  expect(loadAssembly(directory)).toMatchObject({
    accountId: '000000000000',
    queues: [{ stack: 'Anywhere', ...place }],
  });
});

test('each resource has the Region and account of its stack, and a person has the account of the first entry point', () => {
  const directory = synthesized((app) => {
    new Queue(new Stack(app, 'Aside', { env: { account: '111122223333', region: 'us-east-1' } }), 'Work');
    const front = new Stack(app, 'Front', { env: { account: '444455556666', region: 'eu-west-1' } });
    const webSocketApi = new WebSocketApi(front, 'Api');
    new WebSocketStage(front, 'Stage', { webSocketApi, stageName: 'live' });
  });
  expect(loadAssembly(directory)).toMatchObject({
    accountId: '444455556666',
    queues: [{ stack: 'Aside', region: 'us-east-1', accountId: '111122223333' }],
    webSocketApis: [{ stack: 'Front', region: 'eu-west-1', accountId: '444455556666' }],
  });
});
