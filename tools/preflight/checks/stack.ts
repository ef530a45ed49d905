import { type Check, check, type Evaluation } from '../../aws-checks/check';
import type { DeployedStack } from '../deployed-stack';
import type { PlannedResource, PlannedStack } from '../planned-stack';
import { objects } from '../resources';

export function stackChecks(planned: PlannedStack, { status, own }: DeployedStack): Check[] {
  const protectedIds = planned.resources.filter(isProtected).map(({ id }) => id);
  return [
    check(`CloudFormation can create the stack ${planned.stack}`, [status], (found) => canCreate(found.status)),
    check('A failed first deployment can delete every resource: none has deletion protection', [own], (resources) => {
      const added = protectedIds.filter((id) => !resources.has(id));
      return {
        passed: added.length === 0,
        found:
          added.length === 0
            ? 'no new resource with deletion protection'
            : `protected: ${added.join(', ')}. Fix: set deletionProtection to false until the first deployment has succeeded.`,
      };
    }),
  ];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html has the statuses of stacks. */
function canCreate(status: string | undefined): Evaluation {
  switch (status) {
    case undefined:
      return { passed: true, found: 'no stack has this name' };
    case 'REVIEW_IN_PROGRESS':
      return { passed: true, found: `${status}: a stack without resources, which cdk deploy uses` };
    case 'ROLLBACK_COMPLETE':
      return { passed: true, found: `${status}: a failed creation, which cdk deploy deletes first` };
    case 'UPDATE_ROLLBACK_FAILED':
      return { passed: false, found: `${status}. Fix: run npx cdk rollback.` };
    case 'CREATE_FAILED':
    case 'ROLLBACK_FAILED':
    case 'DELETE_FAILED':
      return { passed: false, found: `${status}. Fix: delete the stack, and what prevents its deletion.` };
  }
  if (status.endsWith('_IN_PROGRESS')) {
    return { passed: false, pending: true, found: `${status}. Fix: wait until it is complete.` };
  }
  return {
    passed: true,
    found: `${status}: it is deployed. These checks are for a first deployment. Resources of the stack are not conflicts.`,
  };
}

function isProtected({ type, properties }: PlannedResource): boolean {
  switch (type) {
    case 'AWS::DynamoDB::Table':
      return properties.DeletionProtectionEnabled === true;
    case 'AWS::DynamoDB::GlobalTable':
      return objects(properties.Replicas).some((replica) => replica.DeletionProtectionEnabled === true);
    case 'AWS::Cognito::UserPool':
      return properties.DeletionProtection === 'ACTIVE';
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return objects(properties.LoadBalancerAttributes).some(
        ({ Key, Value }) => Key === 'deletion_protection.enabled' && String(Value) === 'true',
      );
    default:
      return false;
  }
}
