import { randomBytes } from 'node:crypto';
import type { ServiceBlueprint } from '../../blueprint';

/** Answers of ECS's task metadata endpoint, version 4, for a task. */
export interface TaskDocuments {
  /** Answer to `GET {uri}/task`. */
  readonly task: object;
  /** Name of a container → its id, and the answer to `GET {uri}`. */
  readonly containers: ReadonlyMap<string, { readonly id: string; readonly document: object }>;
}

/**
 * Creates the documents of a new task: the facts that are known here, in ECS's form. Its address is the loopback address, at which the
 * runner, the functions and the other tasks reach its ports.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html
 *
 * @param names names of the containers that run
 */
export function taskDocuments(service: ServiceBlueprint, names: readonly string[], startedAt: Date): TaskDocuments {
  const { name: serviceName, arn, taskDefinitionArn } = service;
  // arn:aws:ecs:us-east-1:000000000000:service/cluster/service
  const [, prefix = 'arn:aws:ecs:us-east-1:000000000000', cluster = 'default'] =
    /^(.*):service\/([^/]+)\//.exec(arn) ?? [];
  const [family = '', revision = '1'] = (taskDefinitionArn.split('/').at(-1) ?? '').split(':');
  const taskId = randomBytes(16).toString('hex');
  const taskArn = `${prefix}:task/${cluster}/${taskId}`;
  const started = startedAt.toISOString();
  const containers = new Map(
    names.map((name, index) => {
      const id = `${taskId}-${String(index).padStart(10, '0')}`;
      const document = {
        DockerId: id,
        Name: name,
        DockerName: name,
        Labels: {
          'com.amazonaws.ecs.cluster': `${prefix}:cluster/${cluster}`,
          'com.amazonaws.ecs.container-name': name,
          'com.amazonaws.ecs.task-arn': taskArn,
          'com.amazonaws.ecs.task-definition-family': family,
          'com.amazonaws.ecs.task-definition-version': revision,
        },
        DesiredStatus: 'RUNNING',
        KnownStatus: 'RUNNING',
        CreatedAt: started,
        StartedAt: started,
        Type: 'NORMAL',
        Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['127.0.0.1'] }],
      };
      return [name, { id, document }];
    }),
  );
  const task = {
    Cluster: `${prefix}:cluster/${cluster}`,
    TaskARN: taskArn,
    Family: family,
    Revision: revision,
    ServiceName: serviceName,
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    Containers: [...containers.values()].map(({ document }) => document),
    LaunchType: 'FARGATE',
  };
  return { task, containers };
}
