import { Token } from 'aws-cdk-lib';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { hostNameIn, isHostName, isInZone } from './host-names';
import { LaneCertificates } from './lane-certificates';
import type { LaneDomain } from './lane-domain';
import type { LaneGateway } from './lane-gateway';

export interface DomainsProps {
  /**
   * The public hosted zone that contains both hosts.
   *
   * @default - none: the records are in another account or at another DNS provider. No records are created, and
   *   `certificates` must be imported
   */
  readonly hostedZone?: IHostedZone;

  /** Host of the HTTP lane: `api.example.com`. */
  readonly httpHostName: string;

  /** Host of the WebSocket lane: `ws.example.com`. */
  readonly webSocketHostName: string;

  /** @default LaneCertificates.san() */
  readonly certificates?: LaneCertificates;

  /**
   * Gateway in front of both lanes.
   *
   * @default - none: clients use the hosts of the lanes
   */
  readonly gateway?: LaneGateway;
}

/** The hosts of both lanes with their certificates. Each lane creates the records of its own host. */
export class Domains extends Construct {
  readonly http: LaneDomain;
  readonly webSocket: LaneDomain;

  constructor(scope: Construct, id: string, props: DomainsProps) {
    super(scope, id);
    const { hostedZone, httpHostName, webSocketHostName, certificates = LaneCertificates.san(), gateway } = props;

    const { http, webSocket, problems } = certificates.bind(this, { hostedZone, httpHostName, webSocketHostName });
    this.http = { hostName: httpHostName, certificate: http, hostedZone, gateway };
    this.webSocket = { hostName: webSocketHostName, certificate: webSocket, hostedZone, gateway };
    this.node.addValidation({
      validate: () => [
        ...hostProblems('httpHostName', httpHostName, hostedZone),
        ...hostProblems('webSocketHostName', webSocketHostName, hostedZone),
        ...(gateway?.hostName === httpHostName ? [] : same(httpHostName, webSocketHostName)),
        ...problems,
      ],
    });
  }
}

function hostProblems(prop: string, host: string, hostedZone: IHostedZone | undefined): string[] {
  if (Token.isUnresolved(host)) {
    return [];
  }
  if (!isHostName(host)) {
    return [
      `${prop} must be a host name in lower case, without scheme, port, path or final dot, got ${host}. Fix: use ${hostNameIn(host) ?? 'a name such as api.example.com'}`,
    ];
  }
  const zone = hostedZone?.zoneName;
  return zone === undefined || Token.isUnresolved(zone) || isInZone(host, zone)
    ? []
    : [
        `${prop} must be in the hosted zone ${zone}, got ${host}. Fix: use a name that ends with .${zone}, or the zone that contains ${host}`,
      ];
}

function same(http: string, webSocket: string): string[] {
  return http === webSocket
    ? [`httpHostName and webSocketHostName must differ, got ${http} twice. Fix: use two host names`]
    : [];
}
