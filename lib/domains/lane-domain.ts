import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';

/** The name a lane answers to, and what proves it. */
export interface LaneDomain {
  /** Fully qualified, without a trailing dot: `api.example.com`. */
  readonly hostName: string;

  /** A certificate for that name, in the lane's own Region. */
  readonly certificate: ICertificate;

  /** The public hosted zone that the name is in. */
  readonly hostedZone: IHostedZone;
}
