import { type App, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { loadAssembly } from '../../assembly/load-assembly';
import { synthesized } from './assembly-directory';

/** One Region of each partition that aws-cdk-lib knows. */
const REGIONS = [...new Map(RegionInfo.regions.map((region) => [region.partition, region])).values()];

/** As the apps of the CDK do since version 2: a Region determines its partition in the template. */
const CONTEXT = { '@aws-cdk/core:enablePartitionLiterals': true };

/** A function that posts to connections, and has a table and a queue. */
function postingStack(app: App, region: string): void {
  const stack = new Stack(app, 'Posting', { env: { account: '123456789012', region } });
  const webSocketApi = new WebSocketApi(stack, 'Api');
  new WebSocketStage(stack, 'Stage', { webSocketApi, stageName: 'live' });
  const post = new LambdaFunction(stack, 'Post', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({});'),
  });
  webSocketApi.grantManageConnections(post);
  const partitionKey = { name: 'id', type: AttributeType.STRING };
  new Table(stack, 'Table', { partitionKey }).grantReadData(post);
  new Queue(stack, 'Queue').grantSendMessages(post);
  const vpc = new Vpc(stack, 'Vpc', { availabilityZones: [`${region}a`, `${region}b`], natGateways: 0 });
  new ApplicationLoadBalancer(stack, 'LoadBalancer', { vpc });
}

test.each(REGIONS.map(({ partition, name, domainSuffix }) => ({ partition, name, domainSuffix })))(
  'ARNs and endpoints of a stack in the partition $partition are those of that partition, as in its policies',
  ({ name = '', partition, domainSuffix }) => {
    const assembly = loadAssembly(synthesized((app) => postingStack(app, name), CONTEXT));
    const [api] = assembly.webSocketApis;
    const text = JSON.stringify(assembly);
    expect(new Set(text.match(/arn:aws[\w-]*/g))).toEqual(new Set([`arn:${partition}`]));
    expect(text).toContain(`arn:${partition}:execute-api:${name}:123456789012:${api?.apiId}/`);
    expect(assembly.loadBalancers[0]?.dnsName).toMatch(`.${name}.elb.${domainSuffix}`);
  },
);
