import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { LaneGateway } from './lane-gateway';

/** Host name of a lane, with its certificate and, if the lane creates its records, the hosted zone. */
export interface LaneDomain {
  /** Fully qualified host name, without a trailing dot: `api.example.com`. */
  readonly hostName: string;

  /** Certificate for the host name, in the lane's Region. */
  readonly certificate: ICertificate;

  /**
   * Public hosted zone that contains the host name.
   *
   * @default - none: the records are in another account or at another DNS provider, and the lane creates none
   */
  readonly hostedZone?: IHostedZone;

  /**
   * Gateway that clients use instead of `hostName`. Its origin, `https://app.example.com`, must be in the `allowedOrigins` of a lane that
   * stands alone. `Twinlane` adds it.
   *
   * @default - none: clients use `hostName`
   */
  readonly gateway?: LaneGateway;
}
