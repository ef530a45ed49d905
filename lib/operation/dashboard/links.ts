import { Stack } from 'aws-cdk-lib';
import type { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { LaneFunction } from '../../functions/lane-function';
import { deliveryFunctions } from '../../websocket-lane/delivery-functions';
import { consoleUrlOf } from '../console-pages';
import type { Column } from './row';
import type { Watched } from '../watched';

/** The code of a column, which writes logs. */
interface Code {
  readonly functions: readonly LaneFunction[];
  readonly tasks?: { readonly service?: FargateService; readonly cluster?: Cluster };
}

/**
 * @param runbookUrl URL of the runbook, or its path in the repository
 * @returns Markdown with the URL of a lane, the logs of its code, and the runbook
 */
export function linksOf(column: Column, scope: Construct, { watched, runbookUrl }: LinkProps): string {
  const { httpLane, webSocketLane } = watched;
  const code: Record<Column, Code> = {
    http: {
      functions: httpLane?.compute.function ? [httpLane.compute.function] : [],
      ...(httpLane && { tasks: httpLane.compute }),
    },
    log: { functions: deliveryFunctions(watched) },
    webSocket: {
      functions: webSocketLane?.entry.functions ?? [],
      ...(webSocketLane?.servers && { tasks: webSocketLane.servers }),
    },
  };
  const url = { http: httpLane?.url, log: undefined, webSocket: webSocketLane?.url }[column];
  const logs = logLinks(scope, code[column]);
  return [
    ...(url === undefined ? [] : [`URL: \`${url}\``]),
    ...(logs.length > 0 ? [`Logs: ${logs.join(' · ')}`] : []),
    `Runbook: ${runbookUrl.startsWith('https:') ? `[${runbookUrl}](${runbookUrl})` : `\`${runbookUrl}\``}`,
  ].join('\n\n');
}

interface LinkProps {
  readonly watched: Watched;
  readonly runbookUrl: string;
}

function logLinks(scope: Construct, { functions, tasks }: Code): string[] {
  const { region } = Stack.of(scope);
  const group = (name: string) => `cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${name}`;
  const link = (name: string, page: string) => `[${name}](${consoleUrlOf(scope, page)})`;
  const { service, cluster } = tasks ?? {};
  return [
    ...(service && cluster
      ? [link('tasks', `ecs/v2/clusters/${cluster.clusterName}/services/${service.serviceName}/logs?region=${region}`)]
      : []),
    ...functions.map((fn) => link(fn.node.id, group(fn.logGroup.logGroupName))),
  ];
}
