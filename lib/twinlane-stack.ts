import { Duration, RemovalPolicy, Size, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { addOutputs } from './add-outputs';
import { Authentication } from './authentication/authentication';
import { LaneCertificates } from './domains/lane-certificates';
import type { LaneFunctionOptions, ProvisionedConcurrency } from './functions/lane-function';
import { demoPage } from './gateway/demo-page';
import { Gateway } from './gateway/gateway';
import { Egress } from './network/egress';
import { HttpCompute } from './http-lane/http-compute';
import { LaneNetwork } from './network/lane-network';
import { Canary } from './operation/canary/canary';
import type { OperationOptions } from './operation/operation-options';
import type { Settings } from './settings/settings';
import { Twinlane } from './twinlane';
import { ServersLoadBalancer } from './websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from './websocket-lane/websocket-entry';

export interface TwinlaneStackProps extends StackProps {
  readonly settings: Settings;
}

/** Stack of one stage, configured by its settings. To change other props, edit them here. */
export class TwinlaneStack extends Stack {
  readonly twinlane: Twinlane;

  constructor(scope: Construct, id: string, { settings, ...props }: TwinlaneStackProps) {
    super(scope, id, {
      ...props,
      env: { account: settings.account, region: settings.region },
      terminationProtection: settings.deletionProtection,
    });
    const { hostedZone, hosts, certificate, delivery } = settings;
    const { websocket } = settings.capacity;

    this.twinlane = new Twinlane(this, 'TwinLane', {
      hostedZone:
        hostedZone &&
        HostedZone.fromHostedZoneAttributes(this, 'HostedZone', {
          hostedZoneId: hostedZone.id,
          zoneName: hostedZone.name,
        }),
      httpHostName: hosts.http,
      webSocketHostName: hosts.websocket,
      certificates: certificate
        ? LaneCertificates.imported(
            Certificate.fromCertificateArn(this, 'ImportedCertificate', certificate.arn),
            certificate.names,
          )
        : LaneCertificates.san(),
      allowedOrigins: settings.allowedOrigins,
      authentication: authenticationOf(settings),
      network: networkOf(this, settings),
      gateway: gatewayOf(this, settings),
      http: {
        compute: computeOf(settings),
        ...(settings.gateway?.type !== 'cloudFront' && { webAcl: settings.webAcl }),
        idleTimeout: idleTimeoutOf(settings),
      },
      webSocket: { entry: entryOf(settings) },
      delivery: {
        maxBatchingWindow: delivery && Duration.seconds(delivery.maxBatchingWindowSeconds),
        push: concurrencyOf('push', websocket),
        dispatch: concurrencyOf('dispatch', websocket),
        deliver: concurrencyOf('deliver', websocket),
      },
      revoke: concurrencyOf('revoke', websocket),
      operation: operationOf(this, settings),
      removalPolicy:
        settings.removalPolicy === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      deletionProtection: settings.deletionProtection,
      logRetention: settings.logRetentionDays,
    });
    addOutputs(this, this.twinlane);
  }
}

function gatewayOf(scope: Construct, { gateway, webAcl }: Settings): Gateway | undefined {
  if (gateway?.type !== 'cloudFront') {
    return gateway && Gateway.loadBalancer();
  }
  const { host, page, contentSecurityPolicy, internalLoadBalancers, certificateArn, webAclArn } = gateway;
  return Gateway.cloudFront({
    hostName: host,
    page: page === 'demo' ? demoPage() : page,
    contentSecurityPolicy,
    internalLoadBalancers,
    ...(certificateArn && { certificate: Certificate.fromCertificateArn(scope, 'GatewayCertificate', certificateArn) }),
    ...(webAclArn ? { webAclArn } : { webAcl }),
  });
}

function operationOf(scope: Construct, { operation }: Settings): OperationOptions | undefined {
  if (!operation) {
    return undefined;
  }
  const { alarmTopicArn, canary, ...options } = operation;
  return {
    ...options,
    ...(canary && { canary: canaryOf(scope, canary) }),
    ...(alarmTopicArn && { alarmTopic: Topic.fromTopicArn(scope, 'AlarmTopic', alarmTopicArn) }),
  };
}

type CanarySettings = NonNullable<NonNullable<Settings['operation']>['canary']>;

function canaryOf(scope: Construct, { type, everyMinutes, runtime, credentialsSecretArn }: CanarySettings): Canary {
  const props = {
    ...(everyMinutes && { every: Duration.minutes(everyMinutes) }),
    ...(credentialsSecretArn && {
      credentials: Secret.fromSecretCompleteArn(scope, 'CanaryCredentials', credentialsSecretArn),
    }),
  };
  return type === 'synthetics' ? Canary.synthetics({ ...props, ...(runtime && { runtime }) }) : Canary.scheduled(props);
}

function computeOf({ capacity: { http } }: Settings): HttpCompute {
  if (http.type === 'lambda') {
    const { memoryMiB, reservedConcurrency, provisionedConcurrency } = http;
    return HttpCompute.lambda({ memorySize: Size.mebibytes(memoryMiB), reservedConcurrency, provisionedConcurrency });
  }
  return HttpCompute.fargate({
    cpu: http.cpu,
    memoryLimitMiB: http.memoryMiB,
    scaling: { minCapacity: http.minTasks, maxCapacity: http.maxTasks },
  });
}

function entryOf({ capacity: { websocket }, accountLoggingRole }: Settings): WebSocketEntry {
  if (websocket.type === 'servers') {
    return WebSocketEntry.servers({
      cpu: websocket.cpu,
      memoryLimitMiB: websocket.memoryMiB,
      connectionsPerTask: websocket.connectionsPerTask,
      scaling: { minCapacity: websocket.minTasks, maxCapacity: websocket.maxTasks },
      loadBalancer: sharesLoadBalancer(websocket) ? ServersLoadBalancer.shared() : ServersLoadBalancer.own(),
    });
  }
  return WebSocketEntry.apiGateway({
    throttle: websocket,
    accountLoggingRole,
    connect: concurrencyOf('connect', websocket),
    disconnect: concurrencyOf('disconnect', websocket),
    message: concurrencyOf('message', websocket),
  });
}

type WebSocketSettings = Settings['capacity']['websocket'];

function sharesLoadBalancer(websocket: WebSocketSettings): boolean {
  return websocket.type === 'servers' && websocket.loadBalancer === 'shared';
}

/** A load balancer that the lanes share must keep connections that are idle between two pings. */
function idleTimeoutOf({ capacity: { websocket } }: Settings): Duration | undefined {
  return sharesLoadBalancer(websocket) ? Duration.minutes(10) : undefined;
}

/** @param name - name of a function in the settings of the WebSocket lane */
function concurrencyOf<Name extends string>(
  name: Name,
  { reservedConcurrency, provisionedConcurrency }: FunctionSettings<Name>,
): LaneFunctionOptions {
  return {
    reservedConcurrency: reservedConcurrency?.[name],
    provisionedConcurrency: provisionedConcurrency?.[name],
  };
}

/** Settings of the concurrency of functions. */
interface FunctionSettings<Name extends string> {
  readonly reservedConcurrency?: Readonly<Partial<Record<Name, number>>>;
  readonly provisionedConcurrency?: Readonly<Partial<Record<Name, ProvisionedConcurrency>>>;
}

function networkOf(scope: Construct, { network, availabilityZones, capacity }: Settings): LaneNetwork {
  if (!network) {
    // Functions that answer requests are not in the VPC, so without tasks, NAT gateways would only cost money.
    const hasTasks = capacity.http.type !== 'lambda' || capacity.websocket.type === 'servers';
    const egress = hasTasks ? Egress.nat() : Egress.none();
    return LaneNetwork.create({ availabilityZones, egress });
  }
  const { vpcId, vpcCidrBlock, publicSubnetIds, privateSubnetIds, assignPublicIp, ipv6 } = network;
  const vpc = Vpc.fromVpcAttributes(scope, 'ExistingVpc', {
    vpcId,
    vpcCidrBlock,
    availabilityZones,
    publicSubnetIds,
    privateSubnetIds,
  });
  Validations.of(vpc).acknowledge({
    id: 'Annotation::@aws-cdk/aws-ec2:noSubnetRouteTableId',
    reason: 'The lanes add no routes to the subnets, so their route tables are not needed.',
  });
  return LaneNetwork.fromVpc(vpc, {
    assignPublicIp,
    ipAddressType: ipv6 ? IpAddressType.DUAL_STACK : IpAddressType.IPV4,
  });
}

function authenticationOf({ authentication = { type: 'cognito' } }: Settings): Authentication {
  const { type, issuer = '', audience = '', keysUrl, ...options } = authentication;
  switch (type) {
    case 'cognito':
      return Authentication.cognito(options);
    case 'oidc':
      return Authentication.oidc({ issuer, audience, keysUrl, ...options });
    case 'none':
      return Authentication.none();
  }
}
