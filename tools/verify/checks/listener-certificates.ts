import { type Certificate, DescribeListenerCertificatesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { Servers } from '../deployment';

/** Checks that a listener of another host also has the certificate of this host. It is chosen by the name in the handshake. */
export function listenerCertificateChecks(
  { listenerArn }: Servers,
  host: string,
  certificateArn: string,
  aws: Aws,
): Check[] {
  const query: Query<Certificate[]> = {
    action: 'elasticloadbalancing:DescribeListenerCertificates',
    arn: '*',
    subject: `the listener ${listenerArn}`,
    run: async () => {
      // One page has up to 400 certificates. A load balancer has at most 25 by default.
      const command = new DescribeListenerCertificatesCommand({ ListenerArn: listenerArn, PageSize: 400 });
      return (await aws.loadBalancing.send(command)).Certificates ?? [];
    },
  };
  return [
    check(`The listener has the certificate of ${host}`, [query], (found) => {
      const arns = found.flatMap(({ CertificateArn }) => CertificateArn ?? []);
      return { passed: arns.includes(certificateArn), found: arns.join(', ') || 'no certificate' };
    }),
  ];
}
