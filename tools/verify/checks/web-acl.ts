import { ListResourcesForWebACLCommand } from '@aws-sdk/client-wafv2';
import type { Aws } from '../aws';
import { type Check, check } from '../../aws-checks/check';
import type { Deployment } from '../deployment';
import type { Query } from '../../aws-checks/query';

/** Checks that the web ACL protects the load balancer, if the stack has one. */
export function webAclChecks({ webAclArn, loadBalancerArn }: Deployment, aws: Aws): Check[] {
  if (webAclArn === undefined) {
    return [];
  }
  const query: Query<string[]> = {
    action: 'wafv2:ListResourcesForWebACL',
    arn: webAclArn,
    // For the load balancers that it lists. The action has no resource-level permissions.
    also: { action: 'elasticloadbalancing:DescribeWebACLAssociation', arn: '*' },
    subject: `the web ACL ${webAclArn}`,
    run: async () => {
      const command = new ListResourcesForWebACLCommand({
        WebACLArn: webAclArn,
        ResourceType: 'APPLICATION_LOAD_BALANCER',
      });
      return (await aws.waf.send(command)).ResourceArns ?? [];
    },
  };
  return [
    check('The web ACL is associated with the load balancer', [query], (found) => ({
      passed: found.includes(loadBalancerArn),
      found: found.join(', ') || 'no load balancer',
    })),
  ];
}
