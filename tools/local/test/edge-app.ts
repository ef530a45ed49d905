import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Duration, Stack } from 'aws-cdk-lib';
import { ApiMapping, DomainName, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  type IOrigin,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin, VpcOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ListenerAction,
  ListenerCondition,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LambdaTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { emptyDirectory, synthesized } from './assembly/assembly-directory';

/** Text of the page of the app. */
export const PAGE = '<h1>The page</h1>';

/**
 * An app behind a distribution: a page in a bucket, a public load balancer and a WebSocket API that require a secret, and an internal
 * load balancer. It shares no code with this repository's app.
 *
 * @returns the folder of its assembly
 */
export function edgeApp(page = PAGE): string {
  return synthesized((app) => void new EdgeStack(app, 'Edge', page));
}

class EdgeStack extends Stack {
  private readonly vpc = new Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
  private readonly certificate = Certificate.fromCertificateArn(
    this,
    'Certificate',
    'arn:aws:acm:us-east-1:111122223333:certificate/abc',
  );
  private readonly secret = new Secret(this, 'Secret', {
    generateSecretString: { excludePunctuation: true, passwordLength: 40 },
  }).secretValue.unsafeUnwrap();

  constructor(scope: App, id: string, page: string) {
    super(scope, id, { env: { region: 'us-east-1' } });
    const headers = { 'x-origin-secret': this.secret };
    new Distribution(this, 'Distribution', {
      domainNames: ['app.example.org'],
      certificate: this.certificate,
      defaultRootObject: 'index.html',
      defaultBehavior: this.pageBehavior(page),
      additionalBehaviors: {
        '/web/*': forwarding(new HttpOrigin(this.publicHost(), { customHeaders: headers })),
        '/inside/*': forwarding(this.internalOrigin()),
        '/chat': forwarding(
          new HttpOrigin(this.socketHost(), {
            protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
            customHeaders: headers,
          }),
        ),
      },
    });
  }

  private pageBehavior(page: string): BehaviorOptions {
    const folder = emptyDirectory();
    writeFileSync(join(folder, 'index.html'), page);
    const bucket = new Bucket(this, 'Page');
    new BucketDeployment(this, 'Files', {
      sources: [Source.asset(folder)],
      destinationBucket: bucket,
      cacheControl: [CacheControl.noCache()],
    });
    return {
      origin: S3BucketOrigin.withOriginAccessControl(bucket),
      responseHeadersPolicy: new ResponseHeadersPolicy(this, 'Headers', {
        securityHeadersBehavior: {
          contentSecurityPolicy: { contentSecurityPolicy: 'connect-src wss://app.example.org', override: true },
          contentTypeOptions: { override: true },
          frameOptions: { frameOption: HeadersFrameOption.DENY, override: false },
          strictTransportSecurity: { accessControlMaxAge: Duration.days(1), includeSubdomains: true, override: true },
        },
        customHeadersBehavior: { customHeaders: [{ header: 'x-page', value: 'yes', override: true }] },
        removeHeaders: ['Server'],
      }),
    };
  }

  /** A public load balancer that refuses requests without the secret. */
  private publicHost(): string {
    const listener = this.addListener('Public', true);
    listener.addTargets('Function', {
      priority: 10,
      conditions: [ListenerCondition.httpHeader('x-origin-secret', [this.secret])],
      targets: [new LambdaTarget(this.responder('PublicFunction'))],
    });
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.org' });
    const target = RecordTarget.fromAlias(new LoadBalancerTarget(listener.loadBalancer));
    new ARecord(this, 'Record', { zone, recordName: 'api', target });
    return 'api.example.org';
  }

  private internalOrigin(): IOrigin {
    const listener = this.addListener('Internal', false);
    listener.addTargets('Function', {
      priority: 10,
      conditions: [ListenerCondition.hostHeaders(['inside.example.org'])],
      targets: [new LambdaTarget(this.responder('InternalFunction'))],
    });
    return VpcOrigin.withApplicationLoadBalancer(listener.loadBalancer as ApplicationLoadBalancer, {
      domainName: 'inside.example.org',
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      readTimeout: Duration.seconds(45),
    });
  }

  private addListener(id: string, internetFacing: boolean): ApplicationListener {
    return new ApplicationLoadBalancer(this, id, { vpc: this.vpc, internetFacing }).addListener('Https', {
      port: 443,
      certificates: [this.certificate],
      defaultAction: ListenerAction.fixedResponse(403, { contentType: 'text/plain', messageBody: 'Forbidden' }),
    });
  }

  /** Responds with the URL of the app, and with the secret that it received. */
  private responder(id: string): LambdaFunction {
    const body = `JSON.stringify({ path: event.path, app: process.env.APP, host: event.headers.host })`;
    return this.inline(id, `async (event) => ({ statusCode: 200, body: ${body} })`);
  }

  private socketHost(): string {
    const admits = `event.headers['x-origin-secret'] === process.env.SECRET`;
    const connect = this.inline('Connect', `async (event) => ({ statusCode: ${admits} ? 200 : 403 })`);
    const echo = this.inline('Echo', `async (event) => ({ statusCode: 200, body: event.body })`);
    const api = new WebSocketApi(this, 'Api', {
      connectRouteOptions: { integration: new WebSocketLambdaIntegration('Connect', connect) },
      defaultRouteOptions: { integration: new WebSocketLambdaIntegration('Echo', echo), returnResponse: true },
    });
    const stage = new WebSocketStage(this, 'Stage', { webSocketApi: api, stageName: 'live', autoDeploy: true });
    const domainName = new DomainName(this, 'Domain', {
      domainName: 'ws.example.org',
      certificate: this.certificate,
    });
    new ApiMapping(this, 'Mapping', { api, stage, domainName, apiMappingKey: 'chat' });
    return 'ws.example.org';
  }

  private inline(id: string, handler: string): LambdaFunction {
    return new LambdaFunction(this, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(`exports.handler = ${handler};`),
      environment: { APP: 'https://app.example.org', SECRET: this.secret },
    });
  }
}

function forwarding(origin: IOrigin): BehaviorOptions {
  return {
    origin,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}
