import { GetWebACLCommand } from '@aws-sdk/client-wafv2';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import { type Existing, ifItExists } from '../if-it-exists';
import type { PlannedStack } from '../planned-stack';
import { literal, object, ofType } from '../resources';

/** Checks the existing web ACLs of distributions. CloudFront uses only those of us-east-1 with the scope CLOUDFRONT. */
export function webAclChecks(planned: PlannedStack, aws: Aws): Check[] {
  return ofType(planned, 'AWS::CloudFront::Distribution').flatMap(({ properties }) => {
    const arn = literal(object(properties.DistributionConfig).WebACLId);
    if (arn === undefined) {
      return [];
    }
    const [Name, Id] = arn.split('/').slice(-2);
    const query: Query<Existing<string>> = {
      action: 'wafv2:GetWebACL',
      arn,
      subject: `the web ACL ${arn}`,
      run: () =>
        ifItExists(async () => {
          const command = new GetWebACLCommand({ Name, Id, Scope: 'CLOUDFRONT' });
          return (await aws.webAcls.send(command)).WebACL?.ARN;
        }),
    };
    return [
      check(`The web ACL ${arn} exists`, [query], ({ existing }) => ({
        passed: existing === arn,
        found:
          existing === arn ? 'it exists' : `${existing ?? 'no such web ACL'}. Fix: correct webAclArn of the gateway.`,
      })),
    ];
  });
}
