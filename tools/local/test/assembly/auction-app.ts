import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { ApiMapping, DomainName, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Alias, Code, Function as LambdaFunction, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { emptyDirectory, synthesized } from './assembly-directory';

/** ARN of a role that {@link auctionApp} imports. */
export const ROLE_ELSEWHERE = 'arn:aws:iam::111122223333:role/teams/Elsewhere';

/**
 * An app that has little in common with this repository's: data in a separate stack, two WebSocket APIs, an authorizer,
 * an alias, indexes, a function behind the load balancer, rules, plain HTTP.
 *
 * @returns the folder of its assembly
 */
export function auctionApp(context: Record<string, unknown> = {}): string {
  return synthesized((app) => {
    const data = new DataStack(app, 'Auction-Data', { env: { account: '111122223333', region: 'eu-west-1' } });
    new AuctionStack(app, 'Auction', data);
  }, context);
}

class DataStack extends Stack {
  readonly bids = new Table(this, 'Bids', {
    tableName: 'bids',
    partitionKey: { name: 'lot', type: AttributeType.STRING },
    sortKey: { name: 'amount', type: AttributeType.NUMBER },
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
  });

  readonly work = new Queue(this, 'Work', {
    fifo: true,
    visibilityTimeout: Duration.seconds(42),
    deadLetterQueue: { queue: new Queue(this, 'Dead', { fifo: true }), maxReceiveCount: 3 },
  });

  readonly failed = new Queue(this, 'Failed', { queueName: 'failed' });

  constructor(...args: ConstructorParameters<typeof Stack>) {
    super(...args);
    this.bids.addGlobalSecondaryIndex({
      indexName: 'byBidder',
      partitionKey: { name: 'bidder', type: AttributeType.STRING },
    });
  }
}

class AuctionStack extends Stack {
  private readonly vpc: IVpc = new Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 0 });

  constructor(app: App, id: string, { bids, work, failed }: DataStack) {
    super(app, id, { env: { account: '111122223333', region: 'eu-west-1' } });

    const bid = this.inline('Bid');
    bid.addEnvironment('TABLE', bids.tableName);
    bids.grantReadWriteData(bid);
    bid.addEventSource(
      new DynamoEventSource(bids, {
        startingPosition: StartingPosition.LATEST,
        retryAttempts: 2,
        parallelizationFactor: 2,
      }),
    );
    bid.addEventSource(new SqsEventSource(work, { maxConcurrency: 5, reportBatchItemFailures: true }));
    bid.role?.addManagedPolicy(
      new ManagedPolicy(this, 'MayReport', {
        statements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failed.queueArn] })],
      }),
    );
    bid.role?.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AmazonSESFullAccess'));

    this.addLoadBalancer();
    this.addApis(new Alias(this, 'Live', { aliasName: 'live', version: bid.currentVersion }));
    new CfnOutput(this, 'Nothing', { value: 'that a run needs' });
  }

  private addLoadBalancer(): void {
    const loadBalancer = new ApplicationLoadBalancer(this, 'Web', { vpc: this.vpc, internetFacing: true });
    const listener = loadBalancer.addListener('Http', {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      defaultAction: ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'No such lot' }),
    });
    listener.addTargets('Page', {
      priority: 20,
      conditions: [ListenerCondition.pathPatterns(['/lots/*'])],
      targets: [new LambdaTarget(this.inline('Page', Role.fromRoleArn(this, 'Elsewhere', ROLE_ELSEWHERE)))],
    });
    listener.addTargets('Images', {
      priority: 10,
      conditions: [ListenerCondition.hostHeaders(['images.example.org'])],
      port: 3000,
      protocol: ApplicationProtocol.HTTP,
      targets: [this.imageService()],
    });
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.org' });
    const target = RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer));
    new ARecord(this, 'Record', { zone, recordName: 'bids', target });
  }

  private imageService(): FargateService {
    const context = emptyDirectory();
    writeFileSync(join(context, 'Dockerfile'), 'FROM node\nENV MODE=fast\nENTRYPOINT ["node"]\nCMD ["images.js"]\n');
    const taskDefinition = new FargateTaskDefinition(this, 'Task');
    taskDefinition.addContainer('images', {
      image: ContainerImage.fromAsset(context),
      portMappings: [{ containerPort: 3000 }],
      environment: { PORT: '3000' },
    });
    taskDefinition.addContainer('sidecar', { image: ContainerImage.fromRegistry('example/sidecar:1') });
    const cluster = new Cluster(this, 'Cluster', { vpc: this.vpc });
    return new FargateService(this, 'Images', { cluster, taskDefinition, desiredCount: 3, minHealthyPercent: 100 });
  }

  private addApis(bidAlias: Alias): void {
    const bidding = new WebSocketApi(this, 'Bidding', {
      routeSelectionExpression: '$request.body.kind',
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration('Connect', this.inline('Connect')),
        authorizer: new WebSocketLambdaAuthorizer('Ticket', this.inline('Ticket'), {
          identitySource: ['route.request.querystring.ticket', 'route.request.header.Origin'],
        }),
      },
    });
    bidding.addRoute('bid', {
      integration: new WebSocketLambdaIntegration('Bid', bidAlias),
      returnResponse: true,
    });
    const stage = new WebSocketStage(this, 'BiddingStage', {
      webSocketApi: bidding,
      stageName: 'v1',
      autoDeploy: true,
    });

    const watching = new WebSocketApi(this, 'Watching', {
      defaultRouteOptions: { integration: new WebSocketLambdaIntegration('Watch', this.inline('Watch')) },
    });
    new WebSocketStage(this, 'WatchingStage', { webSocketApi: watching, stageName: 'live', autoDeploy: true });

    const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/abc';
    const domainName = new DomainName(this, 'Domain', {
      domainName: 'live.example.org',
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    });
    new ApiMapping(this, 'Mapping', { api: bidding, stage, domainName, apiMappingKey: 'bidding' });
  }

  private inline(id: string, role?: ReturnType<typeof Role.fromRoleArn>): LambdaFunction {
    return new LambdaFunction(this, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(`exports.handler = async () => ({ statusCode: 200, body: '${id}' });`),
      ...(role && { role }),
    });
  }
}
