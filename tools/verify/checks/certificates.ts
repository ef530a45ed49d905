import { type CertificateDetail, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { covers } from '../../../lib/domains/host-names';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../../aws-checks/check';
import type { Deployment } from '../deployment';
import type { Query } from '../../aws-checks/query';

/** ACM starts renewal 60 days before expiry. With fewer than 30 days left, renewal has been failing for a month. */
const DAYS_LEFT = 30;

const DAY_MILLISECONDS = 86_400_000;

/** Checks one certificate for all hosts, or one for each host. @param now the time from which days are counted */
export function certificateChecks(deployment: Deployment, aws: Aws, now: Date): Check[] {
  const hosts = new Map<string, Set<string>>();
  const { webSocketApi: api, distribution } = deployment;
  for (const [arn, host] of [
    [deployment.httpCertificateArn, deployment.httpHost],
    [deployment.webSocketCertificateArn, deployment.webSocketHost],
    ...(api ? ([[api.certificateArn, api.host]] as const) : []),
    ...(distribution ? ([[distribution.certificateArn, distribution.host]] as const) : []),
  ] as const) {
    hosts.set(arn, (hosts.get(arn) ?? new Set()).add(host));
  }
  return [...hosts].flatMap(([arn, names]) => certificate(arn, [...names], aws, now));
}

function certificate(arn: string, hosts: readonly string[], aws: Aws, now: Date): Check[] {
  const [, , , region = ''] = arn.split(':');
  const query: Query<CertificateDetail> = {
    action: 'acm:DescribeCertificate',
    arn,
    subject: `the certificate ${arn}`,
    run: async () => (await aws.acm(region).send(new DescribeCertificateCommand({ CertificateArn: arn }))).Certificate,
  };
  const certificateOf = `The certificate of ${hosts.join(' and ')}`;
  return [
    check(
      `${certificateOf} covers each host`,
      [query],
      ({ DomainName = '', SubjectAlternativeNames = [DomainName] }) => ({
        // Host names are case-insensitive (RFC 4343). URL parsing has already put the hosts in lower case.
        passed: hosts.every((host) => SubjectAlternativeNames.some((name) => covers(name.toLowerCase(), host))),
        found: SubjectAlternativeNames.join(', '),
      }),
    ),
    check(`${certificateOf} is issued and in use`, [query], ({ Status, InUseBy = [] }) => ({
      passed: Status === 'ISSUED' && InUseBy.length > 0,
      pending: Status === 'PENDING_VALIDATION',
      found: `${facts(Status)}, used by ${InUseBy.length}`,
    })),
    check(`${certificateOf} is valid for at least ${DAYS_LEFT} days`, [query], ({ NotAfter, Status }) => {
      const left = NotAfter && Math.floor((NotAfter.getTime() - now.getTime()) / DAY_MILLISECONDS);
      return {
        passed: left !== undefined && left >= DAYS_LEFT,
        pending: Status === 'PENDING_VALIDATION',
        found: NotAfter
          ? `${left} days, until ${NotAfter.toISOString().slice(0, 10)}`
          : `no expiry date: ${facts(Status)}`,
      };
    }),
  ];
}
