import { RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { addOutputs } from './add-outputs';
import { Authentication } from './authentication/authentication';
import { LaneCertificates } from './domains/lane-certificates';
import { HttpCompute } from './http-lane/http-compute';
import { LaneNetwork } from './http-lane/lane-network';
import type { Settings } from './settings/settings';
import { Twinlane } from './twinlane';

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
    const { hostedZone, hosts, certificate, capacity } = settings;

    const reserved = capacity.websocket.reservedConcurrency ?? {};
    this.twinlane = new Twinlane(this, 'TwinLane', {
      hostedZone: HostedZone.fromHostedZoneAttributes(this, 'HostedZone', {
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
      http: {
        compute: HttpCompute.fargate({
          cpu: capacity.http.cpu,
          memoryLimitMiB: capacity.http.memoryMiB,
          scaling: { minCapacity: capacity.http.minTasks, maxCapacity: capacity.http.maxTasks },
        }),
        webAcl: settings.webAcl,
      },
      webSocket: {
        throttle: capacity.websocket,
        accountLoggingRole: settings.accountLoggingRole,
        connect: { reservedConcurrency: reserved.connect },
        disconnect: { reservedConcurrency: reserved.disconnect },
        message: { reservedConcurrency: reserved.message },
      },
      delivery: {
        dispatch: { reservedConcurrency: reserved.dispatch },
        deliver: { reservedConcurrency: reserved.deliver },
      },
      revoke: { reservedConcurrency: reserved.revoke },
      removalPolicy:
        settings.removalPolicy === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      deletionProtection: settings.deletionProtection,
      logRetention: settings.logRetentionDays,
    });
    addOutputs(this, this.twinlane);
  }
}

function networkOf(scope: Construct, { network, availabilityZones }: Settings): LaneNetwork {
  if (!network) {
    return LaneNetwork.create({ availabilityZones });
  }
  const { vpcId, publicSubnetIds, privateSubnetIds, assignPublicIp, ipv6 } = network;
  const vpc = Vpc.fromVpcAttributes(scope, 'ExistingVpc', {
    vpcId,
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
  const { type, issuer = '', audience = '', keysUrl, tenantClaim } = authentication;
  switch (type) {
    case 'cognito':
      return Authentication.cognito({ tenantClaim });
    case 'oidc':
      return Authentication.oidc({ issuer, audience, keysUrl, tenantClaim });
    case 'none':
      return Authentication.none();
  }
}
