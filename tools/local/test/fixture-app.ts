import { join } from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { ApiMapping, DomainName, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import {
  Code,
  FilterCriteria,
  FilterRule,
  Function as LambdaFunction,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { buildSync } from 'esbuild';
import { emptyDirectory, synthesized } from './assembly/assembly-directory';

const HANDLERS = join(__dirname, 'fixture-handlers');

/**
 * An app that shares no code with this repository's: a parcel service on plain HTTP, with two WebSocket APIs and functions
 * of every kind.
 *
 * @returns the folder of its assembly
 */
export function parcelApp(): string {
  return synthesized((app) => void new ParcelStack(app, 'Parcels', { env: { region: 'eu-west-1' } }));
}

class ParcelStack extends Stack {
  private readonly parcels = new Table(this, 'Parcels', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    timeToLiveAttribute: 'expires',
    stream: StreamViewType.NEW_IMAGE,
  });

  private readonly orders = new Queue(this, 'Orders', {
    visibilityTimeout: Duration.seconds(1),
    deadLetterQueue: { queue: new Queue(this, 'Undeliverable', { queueName: 'undeliverable' }), maxReceiveCount: 2 },
  });

  private readonly notices = new Queue(this, 'Notices', { queueName: 'notices' });

  constructor(...args: ConstructorParameters<typeof Stack>) {
    super(...args);
    this.parcels.addGlobalSecondaryIndex({
      indexName: 'byCity',
      partitionKey: { name: 'city', type: AttributeType.STRING },
    });
    this.addWorker();
    this.addNotifier();
    this.addLoadBalancer();
    this.addTracking();
    this.addDesk();
  }

  private addWorker(): void {
    const worker = this.bundled('Worker', 'worker', 'cjs');
    worker.addEnvironment('PARCELS', this.parcels.tableName);
    this.parcels.grantWriteData(worker);
    worker.addEventSource(new SqsEventSource(this.orders, { batchSize: 5, reportBatchItemFailures: true }));
  }

  /** Adds a function that receives lost parcels and those that the table deletes. */
  private addNotifier(): void {
    const notifier = this.bundled('Notifier', 'notifier', 'esm');
    notifier.addEnvironment('NOTICES', this.notices.queueUrl);
    this.notices.grantSendMessages(notifier);
    const lost = { eventName: ['INSERT'], dynamodb: { NewImage: { status: { S: FilterRule.isEqual('lost') } } } };
    const expired = { userIdentity: { principalId: ['dynamodb.amazonaws.com'] } };
    notifier.addEventSource(
      new DynamoEventSource(this.parcels, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [FilterCriteria.filter(lost), FilterCriteria.filter(expired)],
      }),
    );
  }

  private addLoadBalancer(): void {
    const loadBalancer = new ApplicationLoadBalancer(this, 'Web', {
      vpc: new Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 0 }),
    });
    const listener = loadBalancer.addListener('Http', {
      port: 80,
      protocol: ApplicationProtocol.HTTP,
      defaultAction: ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'No such place' }),
    });
    const parcels = this.bundled('ByPath', 'parcels', 'cjs');
    parcels.addEnvironment('PARCELS', this.parcels.tableName);
    this.parcels.grant(parcels, 'dynamodb:PutItem', 'dynamodb:Query');
    this.addRule(listener, 'Path', 10, ListenerCondition.pathPatterns(['/parcels', '/parcels/*']), parcels);
    const app = this.inline('ByHeader', `({ path }) => ({ statusCode: 203, body: 'the app requests ' + path })`);
    this.addRule(listener, 'Header', 20, ListenerCondition.httpHeader('x-client', ['app-*']), app);
  }

  private addRule(
    listener: ApplicationListener,
    id: string,
    priority: number,
    condition: ListenerCondition,
    fn: LambdaFunction,
  ): void {
    listener.addTargets(id, { priority, conditions: [condition], targets: [new LambdaTarget(fn)] });
  }

  /** Adds an API that clients reach at the default endpoint. */
  private addTracking(): void {
    const tracking = this.bundled('TrackingAnswer', 'tracking', 'esm');
    const api = new WebSocketApi(this, 'Tracking', {
      routeSelectionExpression: '$request.body.type',
    });
    api.addRoute('$default', { integration: new WebSocketLambdaIntegration('Other', tracking), returnResponse: true });
    api.addRoute('watch', { integration: new WebSocketLambdaIntegration('Watch', tracking) });
    const stage = new WebSocketStage(this, 'TrackingStage', { webSocketApi: api, stageName: 'v2', autoDeploy: true });
    tracking.addEnvironment('CALLBACK_URL', stage.callbackUrl);
    stage.grantManagementApiAccess(tracking);
  }

  /** Adds an API that clients with a ticket reach under a path of a custom domain. */
  private addDesk(): void {
    const ticket = this.inline(
      'Ticket',
      `({ methodArn, queryStringParameters: { ticket } }) => {
        if (ticket === 'unknown') throw new Error('Unauthorized');
        const Effect = ticket === 'banned' ? 'Deny' : 'Allow';
        const Statement = [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }];
        return { principalId: ticket, policyDocument: { Version: '2012-10-17', Statement }, context: { clerk: ticket } };
      }`,
    );
    const clerk = this.function('Clerk', Code.fromAsset(join(HANDLERS, 'clerk')));
    clerk.addEnvironment('ORDERS', this.orders.queueUrl);
    this.orders.grantSendMessages(clerk);
    const api = new WebSocketApi(this, 'Desk', {
      routeSelectionExpression: '$request.body.order.kind',
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration('Connect', this.inline('Enter', '() => ({ statusCode: 200 })')),
        authorizer: new WebSocketLambdaAuthorizer('Ticket', ticket, {
          identitySource: ['route.request.querystring.ticket'],
        }),
      },
    });
    api.addRoute('send', { integration: new WebSocketLambdaIntegration('Send', clerk), returnResponse: true });
    const stage = new WebSocketStage(this, 'DeskStage', { webSocketApi: api, stageName: 'live', autoDeploy: true });
    const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/abc';
    const domainName = new DomainName(this, 'Domain', {
      domainName: 'desk.example.org',
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    });
    new ApiMapping(this, 'Mapping', { api, stage, domainName, apiMappingKey: 'clerks' });
  }

  private bundled(id: string, file: string, format: 'cjs' | 'esm'): LambdaFunction {
    const folder = emptyDirectory();
    buildSync({
      entryPoints: [join(HANDLERS, `${file}.ts`)],
      outfile: join(folder, format === 'esm' ? 'index.mjs' : 'index.js'),
      bundle: true,
      platform: 'node',
      format,
      external: ['@aws-sdk/*'],
    });
    return this.function(id, Code.fromAsset(folder));
  }

  /** @param source - a function of the event, in JavaScript */
  private inline(id: string, source: string): LambdaFunction {
    return this.function(
      id,
      Code.fromInline(`const answer = ${source};\nexports.handler = async (event) => answer(event);`),
    );
  }

  private function(id: string, code: Code): LambdaFunction {
    return new LambdaFunction(this, id, { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code });
  }
}
