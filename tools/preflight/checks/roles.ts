import { GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { type Check, check } from '../../aws-checks/check';
import type { Aws } from '../aws';
import { ifItExists } from '../if-it-exists';
import type { PlannedStack } from '../planned-stack';
import { object, ofType } from '../resources';

/**
 * Checks the roles that must exist before. AWS also creates service-linked roles of Elastic Load Balancing, Application Auto
 * Scaling and API Gateway when it needs them, and no source reports that a deployment failed because of it:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
 */
export function roleChecks(planned: PlannedStack, aws: Aws): Check[] {
  return [...ecsRole(planned, aws), ...loggingRole(planned, aws)];
}

const ECS_ROLE = 'AWSServiceRoleForECS';

/**
 * ECS creates its role together with the first cluster of an account, and can then be unable to use it yet, so that the
 * deployment fails: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/818
 */
function ecsRole(planned: PlannedStack, aws: Aws): Check[] {
  if (ofType(planned, 'AWS::ECS::Cluster', 'AWS::ECS::Service').length === 0) {
    return [];
  }
  const { partition, account = '*' } = planned;
  const role = {
    action: 'iam:GetRole',
    arn: `arn:${partition}:iam::${account}:role/aws-service-role/ecs.amazonaws.com/${ECS_ROLE}`,
    subject: `the role ${ECS_ROLE}`,
    run: () => ifItExists(async () => (await aws.iam.send(new GetRoleCommand({ RoleName: ECS_ROLE }))).Role),
  };
  return [
    check(`The account has the service-linked role ${ECS_ROLE}`, [role], ({ existing }) => ({
      passed: existing !== undefined,
      found: existing
        ? 'it exists'
        : 'no such role. Fix: run aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com.',
    })),
  ];
}

function loggingRole(planned: PlannedStack, aws: Aws): Check[] {
  if (!writesLogs(planned) || ofType(planned, 'AWS::ApiGateway::Account').length > 0) {
    return [];
  }
  const { partition, region } = planned;
  const account = {
    action: 'apigateway:GET',
    arn: `arn:${partition}:apigateway:${region}::/account`,
    subject: 'the settings of API Gateway',
    run: () => aws.apiGateway.send(new GetAccountCommand()),
  };
  return [
    check(`API Gateway has a role to write logs in ${region}`, [account], ({ cloudwatchRoleArn: arn }) => ({
      passed: Boolean(arn),
      found: arn || 'no role. Fix: set accountLoggingRole to true in one stage of the account and Region.',
    })),
  ];
}

/** True if a stage writes access logs or execution logs, for which API Gateway needs a role of the account. */
function writesLogs(planned: PlannedStack): boolean {
  return ofType(planned, 'AWS::ApiGatewayV2::Stage').some(({ properties }) => {
    const { LoggingLevel = 'OFF' } = object(properties.DefaultRouteSettings);
    return properties.AccessLogSettings !== undefined || LoggingLevel !== 'OFF';
  });
}
