import {
  DescribeScalableTargetsCommand,
  type ScalableTarget,
  type ServiceNamespace,
} from '@aws-sdk/client-application-auto-scaling';
import type { Aws } from '../aws';
import { type Check, check } from '../check';
import type { Deployment, Scaling } from '../deployment';
import type { Question } from '../question';

/** A service of one task has none while that one is replaced. */
const MIN_TASKS = 2;

export function scalingChecks({ httpScaling, webSocketScaling }: Deployment, aws: Aws): Check[] {
  const http = (httpScaling ? [httpScaling] : []).map((scaling) => asked(scaling, aws));
  const webSocket = webSocketScaling.map((scaling) => asked(scaling, aws));
  const apart = check(
    'What scales in one lane scales in no other',
    [...http, ...webSocket].map(({ question }) => question),
    (...found) => {
      const [ofHttp, ofWebSocket] = [found.slice(0, http.length), found.slice(http.length)].map((targets) =>
        targets.flatMap((target) => target.ResourceId ?? []).map(compute),
      );
      const both = ofHttp?.filter((one) => ofWebSocket?.includes(one)) ?? [];
      return { kept: both.length === 0, found: both.length === 0 ? 'apart' : `in both lanes: ${both.join(', ')}` };
    },
  );
  return [...[...http, ...webSocket].map(withinLimits), ...(http.length > 0 && webSocket.length > 0 ? [apart] : [])];
}

interface Asked {
  readonly scaling: Scaling;
  readonly question: Question<ScalableTarget>;
}

function asked(scaling: Scaling, aws: Aws): Asked {
  const { resourceId } = scaling;
  const ServiceNamespace: ServiceNamespace = isService(resourceId) ? 'ecs' : 'lambda';
  return {
    scaling,
    question: {
      action: 'application-autoscaling:DescribeScalableTargets',
      arn: '*',
      subject: `the scalable target ${resourceId}`,
      ask: async () => {
        const command = new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [resourceId] });
        return (await aws.autoScaling.send(command)).ScalableTargets?.[0];
      },
    },
  };
}

function withinLimits({ scaling: { resourceId, min, max }, question }: Asked): Check {
  return check(`${resourceId} scales from ${min} to ${max}`, [question], (target) => {
    const { MinCapacity = 0, MaxCapacity, SuspendedState = {} } = target;
    const suspended = Object.values(SuspendedState).some(Boolean);
    const tooFew = isService(resourceId) && MinCapacity < MIN_TASKS;
    return {
      kept: MinCapacity === min && MaxCapacity === max && !suspended && !tooFew,
      found: [
        `from ${MinCapacity} to ${MaxCapacity}`,
        ...(suspended ? ['scaling is suspended'] : []),
        ...(tooFew ? [`a service needs ${MIN_TASKS} tasks`] : []),
      ].join(', '),
    };
  });
}

function isService(resourceId: string): boolean {
  return resourceId.startsWith('service/');
}

/** `function:NAME:ALIAS` → `function:NAME`: two aliases of one function share its concurrency. */
function compute(resourceId: string): string {
  return resourceId.split(':').slice(0, 2).join(':');
}
