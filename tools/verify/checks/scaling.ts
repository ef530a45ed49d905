import {
  DescribeScalableTargetsCommand,
  type ScalableTarget,
  type ServiceNamespace,
} from '@aws-sdk/client-application-auto-scaling';
import { GetProvisionedConcurrencyConfigCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../../aws-checks/check';
import type { Deployment, Scaling } from '../deployment';
import type { Query } from '../../aws-checks/query';

/** With a single task, the service has none while that task is replaced. */
const MIN_TASKS = 2;

export function scalingChecks(deployment: Deployment, aws: Aws): Check[] {
  const { httpScaling, webSocketScaling } = deployment;
  const http = (httpScaling ? [httpScaling] : []).map((scaling) => scalingQuery(scaling, aws));
  const webSocket = webSocketScaling.map((scaling) => scalingQuery(scaling, aws));
  const apart = check(
    'The lanes share no scalable target',
    [...http, ...webSocket].map(({ query }) => query),
    (...found) => {
      const [ofHttp, ofWebSocket] = [found.slice(0, http.length), found.slice(http.length)].map((targets) =>
        targets.flatMap((target) => target.ResourceId ?? []).map(compute),
      );
      const both = ofHttp?.filter((one) => ofWebSocket?.includes(one)) ?? [];
      return { passed: both.length === 0, found: both.length === 0 ? 'none shared' : `shared: ${both.join(', ')}` };
    },
  );
  return [
    ...[...http, ...webSocket].map(withinLimits),
    ...(http.length > 0 && webSocket.length > 0 ? [apart] : []),
    ...[...http, ...webSocket]
      .filter(({ scaling }) => !isService(scaling.resourceId))
      .map(({ scaling }) => provisioned(scaling, deployment, aws)),
  ];
}

interface ScalingQuery {
  readonly scaling: Scaling;
  readonly query: Query<ScalableTarget>;
}

function scalingQuery(scaling: Scaling, aws: Aws): ScalingQuery {
  const { resourceId } = scaling;
  const ServiceNamespace: ServiceNamespace = isService(resourceId) ? 'ecs' : 'lambda';
  return {
    scaling,
    query: {
      action: 'application-autoscaling:DescribeScalableTargets',
      arn: '*',
      subject: `the scalable target ${resourceId}`,
      run: async () => {
        const command = new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [resourceId] });
        return (await aws.autoScaling.send(command)).ScalableTargets?.[0];
      },
    },
  };
}

function withinLimits({ scaling: { resourceId, min, max }, query }: ScalingQuery): Check {
  return check(`${resourceId} scales from ${min} to ${max}`, [query], (target) => {
    const { MinCapacity = 0, MaxCapacity, SuspendedState = {} } = target;
    const suspended = Object.values(SuspendedState).some(Boolean);
    const tooFew = isService(resourceId) && MinCapacity < MIN_TASKS;
    return {
      passed: MinCapacity === min && MaxCapacity === max && !suspended && !tooFew,
      found: [
        `from ${MinCapacity} to ${MaxCapacity}`,
        ...(suspended ? ['scaling is suspended'] : []),
        ...(tooFew ? [`a service needs at least ${MIN_TASKS} tasks`] : []),
      ].join(', '),
    };
  });
}

/** Checks the environments of an alias. They are initialized after a deployment, and each time that the alias scales. */
function provisioned({ resourceId, min }: Scaling, { partition, region, account }: Deployment, aws: Aws): Check {
  const [, FunctionName, Qualifier] = resourceId.split(':');
  const query = {
    action: 'lambda:GetProvisionedConcurrencyConfig',
    arn: `arn:${partition}:lambda:${region}:${account}:${resourceId}`,
    subject: `the provisioned concurrency of ${resourceId}`,
    run: () => aws.lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier })),
  };
  return check(`${resourceId} has a provisioned concurrency of at least ${min}`, [query], (found) => {
    const { Status, StatusReason, AvailableProvisionedConcurrentExecutions: available = 0 } = found;
    return {
      // While the alias scales, the status is IN_PROGRESS, too.
      passed: (Status === 'READY' || Status === 'IN_PROGRESS') && available >= min,
      pending: Status === 'IN_PROGRESS',
      found: `${facts(Status)}, ${available} available${StatusReason ? `: ${StatusReason}` : ''}`,
    };
  });
}

function isService(resourceId: string): boolean {
  return resourceId.startsWith('service/');
}

/** Removes the alias, because all aliases of a function share its concurrency: `function:NAME:ALIAS` → `function:NAME`. */
function compute(resourceId: string): string {
  return resourceId.split(':').slice(0, 2).join(':');
}
