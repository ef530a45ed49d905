import { DescribeAddressesCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { defaultQuotas, UNRESERVED_CONCURRENCY } from '../../../lib/aws-limits';
import { type Check, check, type Evaluation } from '../../aws-checks/check';
import { isDenied, type Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { DeployedStack } from '../deployed-stack';
import { ifItExists } from '../if-it-exists';
import type { PlannedResource, PlannedStack } from '../planned-stack';
import { number, object, ofType, refersTo } from '../resources';

export function quotaChecks(planned: PlannedStack, aws: Aws, deployed: DeployedStack): Check[] {
  return [
    ...elasticIps(planned, aws, deployed),
    ...vpcs(planned, aws, deployed),
    ...fargate(planned, aws),
    ...lambda(planned, aws, deployed),
    ...apiGateway(planned, aws),
  ];
}

/** Elastic IP addresses and VPCs of a Region: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const ELASTIC_IPS = { ServiceCode: 'ec2', QuotaCode: 'L-0263D0A3', standard: 5 };
const VPCS = { ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE', standard: 5 };

function elasticIps(planned: PlannedStack, aws: Aws, deployed: DeployedStack): Check[] {
  const addresses = ofType(planned, 'AWS::EC2::EIP');
  const used = {
    action: 'ec2:DescribeAddresses',
    arn: '*',
    subject: 'the Elastic IP addresses',
    run: async () => (await aws.ec2.send(new DescribeAddressesCommand())).Addresses?.length ?? 0,
  };
  return roomFor(`${addresses.length} Elastic IP addresses`, addresses, [quota(ELASTIC_IPS, aws), used, deployed.own]);
}

function vpcs(planned: PlannedStack, aws: Aws, deployed: DeployedStack): Check[] {
  const used = {
    action: 'ec2:DescribeVpcs',
    arn: '*',
    subject: 'the VPCs',
    run: async () => (await aws.ec2.send(new DescribeVpcsCommand())).Vpcs?.length ?? 0,
  };
  return roomFor('a VPC', ofType(planned, 'AWS::EC2::VPC'), [quota(VPCS, aws), used, deployed.own]);
}

/** Checks that the quota has room for the resources, besides those in use. The deployed stack's own are in use already. */
function roomFor(
  words: string,
  resources: readonly PlannedResource[],
  queries: readonly [Query<Limit>, Query<number>, DeployedStack['own']],
): Check[] {
  return resources.length === 0
    ? []
    : [
        check(`The quota has room for ${words}`, queries, (limit, inUse, own) =>
          fits(limit, resources.filter(({ id }) => !own.has(id)).length, inUse),
        ),
      ];
}

/** Counts the maximum number of tasks, and those that a deployment starts beside them. Other tasks of the account are not counted. */
function fargate(planned: PlannedStack, aws: Aws): Check[] {
  const vcpus = ofType(planned, 'AWS::ECS::Service').reduce((sum, { id, properties }) => {
    const { MaximumPercent = 200 } = object(properties.DeploymentConfiguration);
    const task = ofType(planned, 'AWS::ECS::TaskDefinition').find((one) => refersTo(properties.TaskDefinition, one.id));
    const target = ofType(planned, 'AWS::ApplicationAutoScaling::ScalableTarget').find(
      ({ properties: { ResourceId } }) => refersTo(ResourceId, id),
    );
    const tasks = number(target?.properties.MaxCapacity) ?? number(properties.DesiredCount) ?? 1;
    return sum + ((number(task?.properties.Cpu) ?? 0) / 1024) * tasks * (Number(MaximumPercent) / 100);
  }, 0);
  const { fargateVcpus: standard } = defaultQuotas(planned.region);
  const limit = { ServiceCode: 'fargate', QuotaCode: 'L-3032A538', standard };
  return vcpus === 0
    ? []
    : [check(`The quota has room for ${vcpus} vCPUs of Fargate`, [quota(limit, aws)], (found) => fits(found, vcpus))];
}

/** Lambda refuses a reservation that leaves less than {@link UNRESERVED_CONCURRENCY} unreserved. */
function lambda(planned: PlannedStack, aws: Aws, { own }: DeployedStack): Check[] {
  const reservations = ofType(planned, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
    const reserved = number(properties.ReservedConcurrentExecutions) ?? 0;
    return reserved > 0 ? [{ id, reserved }] : [];
  });
  const settings = {
    action: 'lambda:GetAccountSettings',
    arn: '*',
    subject: 'the settings of Lambda',
    run: async () => (await aws.lambda.send(new GetAccountSettingsCommand())).AccountLimit ?? {},
  };
  const total = reservations.reduce((sum, { reserved }) => sum + reserved, 0);
  return total === 0
    ? []
    : [
        check(
          `Lambda can reserve a concurrency of ${total}, and keep ${UNRESERVED_CONCURRENCY} unreserved`,
          [settings, own],
          ({ UnreservedConcurrentExecutions: unreserved = 0, ConcurrentExecutions: all = 0 }, resources) => {
            const added = reservations.filter(({ id }) => !resources.has(id));
            const needed = added.reduce((sum, { reserved }) => sum + reserved, 0);
            const passed = needed === 0 || needed + UNRESERVED_CONCURRENCY <= unreserved;
            const found = `${unreserved} of ${all} are unreserved`;
            const fix = `Fix: request a quota of ${all + needed + UNRESERVED_CONCURRENCY - unreserved} (L-B99A9384), or reserve less.`;
            return { passed, found: passed ? found : `${found}. ${fix}` };
          },
        ),
      ];
}

function apiGateway(planned: PlannedStack, aws: Aws): Check[] {
  const rate = ofType(planned, 'AWS::ApiGatewayV2::Stage').reduce(
    (sum, { properties }) => sum + (number(object(properties.DefaultRouteSettings).ThrottlingRateLimit) ?? 0),
    0,
  );
  const { apiGatewayRequestsPerSecond: standard } = defaultQuotas(planned.region);
  const limit = { ServiceCode: 'apigateway', QuotaCode: 'L-8A5B8E43', standard };
  return rate === 0
    ? []
    : [
        check(`The quota has room for ${rate} requests a second to API Gateway`, [quota(limit, aws)], (found) =>
          fits(found, rate),
        ),
      ];
}

/** A quota, by its codes in Service Quotas, and AWS's default. */
interface QuotaCodes {
  readonly ServiceCode: string;
  readonly QuotaCode: string;
  readonly standard: number;
}

/** The quota of the account, or AWS's default and the reason. */
interface Limit extends QuotaCodes {
  readonly value: number;
  /** @default - the value is the account's quota */
  readonly why?: string;
}

/** Asks for the account's quota. Service Quotas has no value for a quota that was never changed, so the default applies. */
function quota(codes: QuotaCodes, aws: Aws): Query<Limit> {
  const { ServiceCode, QuotaCode, standard } = codes;
  const action = 'servicequotas:GetServiceQuota';
  return {
    action,
    arn: '*',
    subject: `the quota ${QuotaCode} of ${ServiceCode}`,
    run: async () => {
      try {
        const { existing } = await ifItExists(
          async () => (await aws.quotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))).Quota?.Value,
        );
        return existing === undefined
          ? { ...codes, value: standard, why: "AWS's default" }
          : { ...codes, value: existing };
      } catch (error) {
        if (isDenied(error)) {
          return { ...codes, value: standard, why: `AWS's default, because ${action} on * is denied` };
        }
        throw error;
      }
    },
  };
}

function fits({ value, why, QuotaCode }: Limit, needed: number, used?: number): Evaluation {
  const passed = needed === 0 || needed + (used ?? 0) <= value;
  const found = `${used === undefined ? `quota ${value}` : `${used} of ${value} in use`}${why ? ` (${why})` : ''}`;
  const fix = `Fix: request a quota of ${needed + (used ?? 0)} (${QuotaCode}).`;
  return { passed, found: passed ? found : `${found}. ${fix}` };
}
