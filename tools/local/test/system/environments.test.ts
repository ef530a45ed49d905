import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnListener, CfnLoadBalancer, CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { synthesized } from '../assembly/assembly-directory';
import { RunningApp } from '../running-app';

jest.setTimeout(30_000);

/** Returns the item of the table `Orders` that the SDK of the function would read: in the Region of its environment. */
const READ = `exports.handler = async () => {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID } = process.env;
  const response = await fetch(AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + AWS_ACCESS_KEY_ID + '/20260101/' + AWS_REGION + '/dynamodb/aws4_request',
    },
    body: JSON.stringify({ TableName: 'Orders', Key: { id: { S: '1' } } }),
  });
  return { statusCode: 200, body: await response.text() };
};`;

const REGIONS = ['eu-west-1', 'us-west-2'];

let app: RunningApp;

beforeAll(async () => {
  const directory = synthesized((cdkApp) => {
    for (const region of REGIONS) {
      const env = { account: '111122223333', region };
      const stack = new Stack(cdkApp, `Shop-${region}`, { env, stackName: 'shop' });
      const partitionKey = { name: 'id', type: AttributeType.STRING };
      const table = new Table(stack, 'Table', { tableName: 'Orders', partitionKey });
      const fn = new LambdaFunction(stack, 'Api', {
        functionName: 'api',
        runtime: Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: Code.fromInline(READ),
      });
      table.grantReadData(fn);
      const group = new CfnTargetGroup(stack, 'Group', { targetType: 'lambda', targets: [{ id: fn.functionArn }] });
      const balancer = new CfnLoadBalancer(stack, 'Balancer', { name: 'shop' });
      new CfnListener(stack, 'Listener', {
        loadBalancerArn: balancer.ref,
        port: 80,
        protocol: 'HTTP',
        defaultActions: [{ type: 'forward', targetGroupArn: group.ref }],
      });
    }
  });
  app = await RunningApp.start(directory);
});

afterAll(() => app.stop());

test('in an app with two Regions, each function reads the table of its own Region, although all names are the same', async () => {
  const credentials = { accessKeyId: 'developer', secretAccessKey: 'secret' };
  for (const region of REGIONS) {
    const client = new DynamoDBClient({ endpoint: app.awsEndpoint, region, credentials });
    await client.send(new PutItemCommand({ TableName: 'Orders', Item: { id: { S: '1' }, place: { S: region } } }));
    client.destroy();
  }
  for (const region of REGIONS) {
    const response = await fetch(app.url('http', `Shop-${region}.`));
    expect(await response.json()).toEqual({ Item: { id: { S: '1' }, place: { S: region } } });
  }
});
