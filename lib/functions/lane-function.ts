import { Duration, type CfnElement, Size, Stack } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  Architecture,
  CfnEventSourceMapping,
  type IEventSource,
  type IFunction,
  type RecursiveLoop,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BundledFunction } from './bundled-function';
import type { BundleOptions } from './bundles';
import { type FunctionNetwork, grantNetworkInterfaces, NETWORK_INTERFACES } from './function-network';
import { AliasDeployment, type GradualDeployment } from './gradual-deployment';
import { isOptions, shapeProblems } from './gradual-deployment-problems';
import type { LaneScaling } from './lane-scaling';
import type { Retention } from '../storage/retention';
import { acknowledgeWildcard } from '../compliance/wildcard';

/** Provisioned concurrency, scaled by target tracking between a minimum and a maximum. */
export interface ProvisionedConcurrency {
  /** Execution environments that are always initialized, 1 or more: scaling to 0 breaks later deployments (aws/aws-cdk#29992). */
  readonly minCapacity: number;

  /** Maximum number of initialized execution environments. */
  readonly maxCapacity: number;

  /**
   * Target utilization of the provisioned concurrency, 0.1 to 0.9.
   *
   * @default 0.7
   */
  readonly utilizationTarget?: number;
}

/** Options of a function of a lane. */
export interface LaneFunctionOptions {
  /** @default Size.mebibytes(512) */
  readonly memorySize?: Size;

  /**
   * Timeout of one invocation.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;

  /**
   * Reserved concurrency: only this function can use it, and the function cannot exceed it. The functions of an account share
   * 1,000 by default, of which 100 stay unreserved.
   *
   * @default - none: the function uses the unreserved concurrency of the account
   */
  readonly reservedConcurrency?: number;

  /**
   * Provisioned concurrency, behind an alias.
   *
   * @default - none: the function scales from zero
   */
  readonly provisionedConcurrency?: ProvisionedConcurrency;

  /**
   * Gradual deployment behind an alias, with a rollback if an alarm fires: `{}` for the defaults. Both versions answer meanwhile. It cannot be
   * combined with provisioned concurrency: Lambda refuses to change that of an alias with two versions, so its scaling and a deployment
   * would block each other.
   *
   * @default - none: a deployment replaces the function at once
   */
  readonly deployment?: GradualDeployment;

  /**
   * True to trace invocations with AWS X-Ray. Lambda samples one a second and 5 % of the others. At $5 per million traces, the 5 % cost
   * $0.25 per million invocations, which is more than Lambda charges for the requests.
   *
   * @default true
   */
  readonly tracing?: boolean;
}

export interface LaneFunctionProps extends LaneFunctionOptions, BundleOptions {
  /** Description of the function in the Lambda console. */
  readonly description: string;

  /** Removal policy and log retention. */
  readonly retention: Retention;

  /**
   * Environment variables.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;

  /**
   * Action of Lambda if the function sends messages to a queue that invokes it again. `TERMINATE` stops a message after about
   * 16 invocations. A function that enqueues the rest of its work needs `ALLOW`, and must end the chain itself.
   *
   * @default RecursiveLoop.TERMINATE
   */
  readonly recursiveLoop?: RecursiveLoop;

  /**
   * Network of the function.
   *
   * @default - none: the function is not in a VPC
   */
  readonly network?: FunctionNetwork;
}

/** Reason for the wildcard of tracing. */
const TRACES = 'X-Ray has no resources: PutTraceSegments and PutTelemetryRecords support only *.';

/** A function of a lane: ARM64, with its own role and log group, and optional tracing and reserved concurrency. */
export class LaneFunction extends Construct implements IGrantable {
  readonly function: BundledFunction;
  readonly logGroup: LogGroup;
  readonly grantPrincipal: IPrincipal;

  /** The alias with provisioned concurrency or a gradual deployment, or the function itself: use it to invoke the function. */
  readonly invocable: IFunction;

  /** Reserved concurrency of the function; undefined without one. */
  readonly reservedConcurrency: number | undefined;

  /** True if invocations are traced with AWS X-Ray. */
  readonly tracing: boolean;

  /** Scaling of the provisioned concurrency; undefined without one. */
  readonly scaling: LaneScaling | undefined;

  /** Gradual deployment of the alias; undefined without one. */
  readonly deployment: AliasDeployment | undefined;

  constructor(scope: Construct, id: string, props: LaneFunctionProps) {
    super(scope, id);
    const { reservedConcurrency, provisionedConcurrency, tracing = true } = props;
    const deployment = isOptions(props.deployment) ? props.deployment : undefined;
    const { removalPolicy, logRetention } = props.retention;

    const found = problems(props);
    this.node.addValidation({ validate: () => found });
    this.logGroup = new LogGroup(this, 'LogGroup', { retention: logRetention, removalPolicy });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    this.grantPrincipal = role;
    this.reservedConcurrency = reservedConcurrency;
    this.tracing = tracing;

    this.function = new BundledFunction(this, 'Function', {
      entry: props.entry,
      ...(props.include && { include: props.include }),
      description: props.description,
      architecture: Architecture.ARM_64,
      memorySize: (props.memorySize ?? Size.mebibytes(512)).toMebibytes(),
      timeout: props.timeout ?? Duration.seconds(10),
      tracing: tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: props.environment ?? {},
      logGroup: this.logGroup,
      role,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      ...(props.recursiveLoop && { recursiveLoop: props.recursiveLoop }),
      ...(props.network && {
        vpc: props.network.vpc,
        vpcSubnets: props.network.vpcSubnets,
        securityGroups: [...props.network.securityGroups],
      }),
    });
    if (props.network) {
      grantNetworkInterfaces(role);
    }
    const wildcards = [...(tracing ? [TRACES] : []), ...(props.network ? [NETWORK_INTERFACES] : [])];
    if (wildcards.length > 0) {
      acknowledgeWildcard(role, '*', wildcards.join(' '));
    }

    // An alias for each: provisioned concurrency outlives its scaling, and ends when its alias is deleted. A gradual deployment of the same
    // alias would be refused.
    const name = provisionedConcurrency ? 'live' : deployment && 'gradual';
    const alias = name && this.function.addAlias(name);
    this.invocable = alias ?? this.function;
    // The constructs of Application Auto Scaling throw for an invalid bound. The validation reports it with all other problems.
    this.scaling =
      alias && provisionedConcurrency && found.length === 0 ? addScaling(alias, provisionedConcurrency) : undefined;
    this.deployment = alias && deployment && new AliasDeployment(this, 'Deployment', { ...deployment, alias });
  }

  /**
   * Adds an event source. Its mapping has the same logical id with and without an alias, so that a change of that updates the
   * mapping: a new one would read a stream again from its start.
   */
  addEventSource(source: IEventSource): void {
    this.invocable.addEventSource(source);
    const id = Stack.of(this).getLogicalId(this.function.node.defaultChild as CfnElement);
    for (const mapping of this.invocable.node.findAll()) {
      if (mapping instanceof CfnEventSourceMapping) {
        mapping.overrideLogicalId(`${id}${mapping.node.scope?.node.id.replace(/\W/g, '')}`);
      }
    }
  }
}

function addScaling(
  alias: Alias,
  { minCapacity, maxCapacity, utilizationTarget = 0.7 }: ProvisionedConcurrency,
): LaneScaling {
  alias.addAutoScaling({ minCapacity, maxCapacity }).scaleOnUtilization({ utilizationTarget });
  return { resourceId: `function:${alias.lambda.functionName}:${alias.aliasName}`, minCapacity, maxCapacity };
}

function problems({
  reservedConcurrency: reserved,
  provisionedConcurrency: warm,
  deployment,
}: LaneFunctionProps): string[] {
  const found: string[] = [];
  if (reserved !== undefined && (!Number.isInteger(reserved) || reserved < 1)) {
    found.push(
      `reservedConcurrency must be a whole number, 1 or more (0 disables the function), got ${reserved}. Fix: use 1 or more, or remove it`,
    );
  }
  if (warm && (!Number.isInteger(warm.minCapacity) || warm.minCapacity < 1)) {
    found.push(
      `provisionedConcurrency.minCapacity must be a whole number, 1 or more, got ${warm.minCapacity}. Fix: use 1 or more, or remove provisionedConcurrency`,
    );
  }
  if (warm && warm.minCapacity > warm.maxCapacity) {
    found.push(
      `provisionedConcurrency.minCapacity must be <= maxCapacity, got ${warm.minCapacity} > ${warm.maxCapacity}. Fix: raise maxCapacity`,
    );
  }
  if (warm && reserved !== undefined && warm.maxCapacity > reserved) {
    found.push(
      `provisionedConcurrency.maxCapacity must be <= reservedConcurrency, got ${warm.maxCapacity} > ${reserved}. Fix: raise reservedConcurrency`,
    );
  }
  const utilization = warm?.utilizationTarget ?? 0.7;
  if (utilization < 0.1 || utilization > 0.9) {
    found.push(`provisionedConcurrency.utilizationTarget must be 0.1 to 0.9, got ${utilization}. Fix: use 0.7`);
  }
  found.push(...shapeProblems(deployment));
  if (warm && isOptions(deployment)) {
    found.push(
      'deployment must not be combined with provisionedConcurrency, which Lambda refuses to change while the alias has two versions, got both. Fix: remove one of them',
    );
  }
  return found;
}
