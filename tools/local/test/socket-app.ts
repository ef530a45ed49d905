import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { buildSync } from 'esbuild';
import { emptyDirectory, synthesized } from './assembly/assembly-directory';

interface SocketAppOptions {
  /** `own`: the servers have another load balancer than HTTP, which serves only WebSockets. @default 'shared' */
  readonly loadBalancer?: 'own' | 'shared';
}

/**
 * An app with two tasks of a WebSocket server behind a rule of a load balancer, which serves HTTP by a function in the VPC, too.
 *
 * @returns the folder of its assembly
 */
export function socketApp({ loadBalancer = 'shared' }: SocketAppOptions = {}): string {
  return synthesized((app) => void new SocketStack(app, 'Sockets', loadBalancer));
}

class SocketStack extends Stack {
  private readonly vpc: IVpc = new Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });

  private readonly certificate = Certificate.fromCertificateArn(
    this,
    'Certificate',
    'arn:aws:acm:eu-west-1:111122223333:certificate/abc',
  );

  constructor(scope: App, id: string, sockets: 'own' | 'shared') {
    super(scope, id, { env: { region: 'eu-west-1' } });
    const web = this.addListener('Web');
    web.addTargets('Page', {
      priority: 20,
      conditions: [ListenerCondition.pathPatterns(['/page'])],
      targets: [new LambdaTarget(this.pageFunction())],
    });
    const ofSockets = sockets === 'own' ? this.addListener('Balancer') : web;
    this.addSockets(ofSockets);
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.org' });
    for (const [recordName, { loadBalancer }] of Object.entries({ ws: ofSockets, api: web })) {
      const target = RecordTarget.fromAlias(new LoadBalancerTarget(loadBalancer));
      new ARecord(this, `Record-${recordName}`, { zone, recordName, target });
    }
  }

  private addListener(id: string): ApplicationListener {
    const loadBalancer = new ApplicationLoadBalancer(this, id, { vpc: this.vpc, internetFacing: true });
    return loadBalancer.addListener('Https', {
      port: 443,
      certificates: [this.certificate],
      defaultAction: ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'No such page' }),
    });
  }

  private addSockets(listener: ApplicationListener): void {
    const host = ListenerCondition.hostHeaders(['ws.example.org']);
    listener.addTargets('Sockets', {
      priority: 10,
      conditions: [host, ListenerCondition.httpHeader('Upgrade', ['websocket'])],
      port: 8080,
      protocol: ApplicationProtocol.HTTP,
      targets: [this.echoService().loadBalancerTarget({ containerName: 'echo', containerPort: 8080 })],
      healthCheck: { path: '/health' },
      deregistrationDelay: Duration.hours(1),
    });
    listener.addAction('UpgradeRequired', {
      priority: 11,
      conditions: [host],
      action: ListenerAction.fixedResponse(426, { contentType: 'text/plain', messageBody: 'Connect a WebSocket' }),
    });
  }

  private echoService(): FargateService {
    const context = emptyDirectory();
    buildSync({
      entryPoints: [join(__dirname, 'fixture-handlers/echo-server.ts')],
      outfile: join(context, 'index.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
    writeFileSync(join(context, 'Dockerfile'), 'FROM node\nCOPY . .\nCMD ["node", "index.js"]\n');
    const taskDefinition = new FargateTaskDefinition(this, 'Task', { family: 'echo' });
    taskDefinition.addContainer('echo', {
      image: ContainerImage.fromAsset(context),
      portMappings: [{ containerPort: 8080 }, { containerPort: 8081 }],
      environment: { PORT: '8080', POSTS_PORT: '8081' },
      stopTimeout: Duration.seconds(115),
    });
    const cluster = new Cluster(this, 'Cluster', { vpc: this.vpc, clusterName: 'sockets' });
    return new FargateService(this, 'Echo', { cluster, taskDefinition, desiredCount: 2, minHealthyPercent: 100 });
  }

  private pageFunction(): LambdaFunction {
    return new LambdaFunction(this, 'Page', {
      vpc: this.vpc,
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => ({ statusCode: 200, body: process.env.SOCKETS });'),
      environment: { SOCKETS: 'wss://ws.example.org' },
    });
  }
}
