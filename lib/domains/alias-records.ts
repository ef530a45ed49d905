import { AaaaRecord, ARecord, type IAliasRecordTarget, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { LaneDomain } from './lane-domain';

export interface AliasRecordsProps {
  readonly domain: LaneDomain;
  readonly target: IAliasRecordTarget;

  /**
   * True to create the AAAA record, which requires a target with IPv6 addresses.
   *
   * @default true
   */
  readonly ipv6?: boolean;
}

/**
 * A and AAAA records of a host, so that clients with only one working address family can reach it. None for a host without
 * a hosted zone.
 */
export class AliasRecords extends Construct {
  constructor(scope: Construct, id: string, { domain, target, ipv6 = true }: AliasRecordsProps) {
    super(scope, id);
    const { hostName, hostedZone } = domain;
    if (!hostedZone) return;
    const record = {
      zone: hostedZone,
      // The final dot makes the name absolute. Without it, the CDK would append the zone's name to a name outside the zone.
      recordName: `${hostName}.`,
      target: RecordTarget.fromAlias(target),
    };
    new ARecord(this, 'A', record);
    if (ipv6) {
      new AaaaRecord(this, 'Aaaa', record);
    }
  }
}
