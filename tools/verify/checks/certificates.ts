import { type CertificateDetail, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { covers } from '../../../lib/domains/host-names';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../check';
import type { Deployment } from '../deployment';
import type { Question } from '../question';

/** ACM begins to renew 60 days before the end: with fewer than 30 left, renewal has been failing for a month. */
const DAYS_LEFT = 30;

const DAY_MILLISECONDS = 86_400_000;

/** One certificate for all hosts, or one each. @param now what the days are counted from */
export function certificateChecks(deployment: Deployment, aws: Aws, now: Date): Check[] {
  const hosts = new Map<string, Set<string>>();
  for (const [arn, host] of [
    [deployment.apiCertificateArn, deployment.apiHost],
    [deployment.webSocketCertificateArn, deployment.webSocketHost],
    [deployment.managementCertificateArn, deployment.managementHost],
  ] as const) {
    hosts.set(arn, (hosts.get(arn) ?? new Set()).add(host));
  }
  return [...hosts].flatMap(([arn, names]) => certificate(arn, [...names], aws, now));
}

function certificate(arn: string, hosts: readonly string[], aws: Aws, now: Date): Check[] {
  const [, , , region = ''] = arn.split(':');
  const question: Question<CertificateDetail> = {
    action: 'acm:DescribeCertificate',
    arn,
    subject: `the certificate ${arn}`,
    ask: async () => (await aws.acm(region).send(new DescribeCertificateCommand({ CertificateArn: arn }))).Certificate,
  };
  const whose = `The certificate of ${hosts.join(' and ')}`;
  return [
    check(`${whose} names every host`, [question], ({ DomainName = '', SubjectAlternativeNames = [DomainName] }) => ({
      // Names have no case (RFC 4343); a URL has put the hosts in lower case.
      kept: hosts.every((host) => SubjectAlternativeNames.some((name) => covers(name.toLowerCase(), host))),
      found: SubjectAlternativeNames.join(', '),
    })),
    check(`${whose} is issued and in use`, [question], ({ Status, InUseBy = [] }) => ({
      kept: Status === 'ISSUED' && InUseBy.length > 0,
      found: `${facts(Status)}, used by ${InUseBy.length}`,
    })),
    check(`${whose} is valid for ${DAYS_LEFT} days or more`, [question], ({ NotAfter }) => {
      const left = NotAfter && Math.floor((NotAfter.getTime() - now.getTime()) / DAY_MILLISECONDS);
      return {
        kept: left !== undefined && left >= DAYS_LEFT,
        found: NotAfter
          ? `${left} days, until ${NotAfter.toISOString().slice(0, 10)}`
          : 'no end date: it was never issued',
      };
    }),
  ];
}
