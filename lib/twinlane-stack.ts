import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { LaneCertificates } from './domains/lane-certificates';
import { HttpCompute } from './http-lane/http-compute';
import { LaneNetwork } from './http-lane/lane-network';
import type { Settings } from './settings';
import { TwinLane } from './twin-lane';

export interface TwinLaneStackProps extends StackProps {
  readonly settings: Settings;
}

/** One stage of the app, as its settings say. A fork that wants something else edits the props here. */
export class TwinLaneStack extends Stack {
  readonly twinLane: TwinLane;

  constructor(scope: Construct, id: string, { settings, ...props }: TwinLaneStackProps) {
    super(scope, id, { ...props, env: { account: settings.account, region: settings.region } });
    const { hostedZone, hosts, certificate, capacity } = settings;

    const reserved = capacity.websocket.reservedConcurrency ?? {};
    this.twinLane = new TwinLane(this, 'TwinLane', {
      hostedZone: HostedZone.fromHostedZoneAttributes(this, 'HostedZone', {
        hostedZoneId: hostedZone.id,
        zoneName: hostedZone.name,
      }),
      apiHostName: hosts.api,
      wsHostName: hosts.ws,
      certificates: certificate
        ? LaneCertificates.imported(
            Certificate.fromCertificateArn(this, 'ImportedCertificate', certificate.arn),
            certificate.names,
          )
        : LaneCertificates.san(),
      allowedOrigins: settings.allowedOrigins,
      network: LaneNetwork.made({ availabilityZones: settings.availabilityZones }),
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
      removalPolicy: settings.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      logRetention: settings.logRetentionDays,
    });
    this.templateOptions.metadata = { Examples: EXAMPLES };
  }
}

/** What to try first, for the local runner: it puts its own URLs in. */
const EXAMPLES = [
  {
    title: 'Listen to a topic, in one terminal',
    command: `npx wscat -c {websocket} -s twinlane.v1 -w 3600 -x '{"action":"subscribe","topic":"news"}'`,
  },
  {
    title: 'Publish to it, in another',
    command: `curl -X POST {http}/v1/topics/news/messages -H 'content-type: application/json' -d '{"data":"hello"}'`,
  },
];
