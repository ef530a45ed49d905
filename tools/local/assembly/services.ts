import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerBlueprint, ServiceBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { ImageAsset } from './cloud-assembly';
import { type Dockerfile, parseDockerfile } from './dockerfile';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

/** Reads each `AWS::ECS::Service` with the containers of its task definition. */
export function servicesOf(assembly: Assembly, notEmulated: NotEmulated): ServiceBlueprint[] {
  return assembly.ofType('AWS::ECS::Service').flatMap((service) => {
    const definitionArn = service.property('TaskDefinition').text();
    const definition = assembly
      .ofType('AWS::ECS::TaskDefinition')
      .find(({ identity }) => identity.arn === definitionArn || identity.name === definitionArn);
    if (!definition) {
      service.property('TaskDefinition').fail(`${definitionArn} is not a task definition of the assembly`);
      return [];
    }
    return [
      {
        ...service.named,
        minTasks: minTasksOf(assembly, service),
        taskDefinitionArn: definition.identity.arn,
        taskRoleArn: definition.property('TaskRoleArn').optionalText() ?? '',
        containers: definition
          .property('ContainerDefinitions')
          .items()
          .map((container) => containerOf(container, definition, notEmulated)),
        targets: service
          .property('LoadBalancers')
          .items()
          .filter((target) => target.at('TargetGroupArn').exists)
          .map((target) => ({
            targetGroupArn: target.at('TargetGroupArn').text(),
            containerName: target.at('ContainerName').text(),
            containerPort: target.at('ContainerPort').number(0),
          })),
      },
    ];
  });
}

/** The minimum capacity of the service's scaling; its desired count if it has no scaling. */
function minTasksOf(assembly: Assembly, service: Resource): number {
  const resourceId = service.identity.arn.split(':').at(-1);
  const target = assembly
    .ofType('AWS::ApplicationAutoScaling::ScalableTarget')
    .filter((scalable) => scalable.property('ServiceNamespace').text() === 'ecs')
    .find((scalable) => scalable.property('ResourceId').text() === resourceId);
  return target?.property('MinCapacity').number(1) ?? service.property('DesiredCount').number(1);
}

function containerOf(container: Property, definition: Resource, notEmulated: NotEmulated): ContainerBlueprint {
  const asset = imageOf(container.at('Image').text(), definition);
  if (container.at('Secrets').exists) {
    const meaning = 'The values of secrets are in AWS: the container starts without these variables.';
    notEmulated.add('Secrets of containers', definition.logicalId, meaning);
  }
  if (!asset) {
    const meaning = 'Docker is not used: only images whose build context is in the assembly can run.';
    notEmulated.add('Containers from a registry', definition.logicalId, meaning);
  }
  const dockerfile = asset && dockerfileOf(asset, container);
  if (dockerfile?.runsCommands) {
    const meaning = 'Images are not built: the container runs from its build context, without its RUN instructions.';
    notEmulated.add('RUN in a Dockerfile', definition.logicalId, meaning);
  }
  const command = commandOf(container, dockerfile);
  if (asset && command.length === 0)
    container
      .at('Image')
      .fail('no command to run. Fix: set CMD or ENTRYPOINT in the Dockerfile, or Command in the template');
  return {
    name: container.at('Name').text(),
    command,
    environment: { ...dockerfile?.environment, ...container.at('Environment').pairs('Name', 'Value') },
    ports: portsOf(container),
    // The default of the ECS agent and of Fargate.
    stopTimeoutSeconds: container.at('StopTimeout').number(30),
    ...(asset && { directory: asset.directory }),
  };
}

/** The TCP ports of the port mappings. A range of ports is left out. */
function portsOf(container: Property): number[] {
  return container
    .at('PortMappings')
    .items()
    .filter((mapping) => (mapping.at('Protocol').optionalText() ?? 'tcp') === 'tcp')
    .flatMap((mapping) => mapping.at('ContainerPort').optionalNumber() ?? []);
}

/** An image's reference ends in its tag, and an asset's tag is its hash. */
function imageOf(image: string, { artifact }: Resource): ImageAsset | undefined {
  return artifact.images[image.split(':').at(-1) ?? ''];
}

function dockerfileOf({ directory, dockerFile }: ImageAsset, container: Property): Dockerfile | undefined {
  try {
    return parseDockerfile(readFileSync(join(directory, dockerFile), 'utf8'));
  } catch (error) {
    container.at('Image').fail(`its Dockerfile cannot be read: ${(error as Error).message}`);
    return undefined;
  }
}

/** The template overrides the Dockerfile; an entry point in the template also discards the image's command. */
function commandOf(container: Property, dockerfile: Dockerfile | undefined): string[] {
  const texts = (name: string): string[] | undefined =>
    container.at(name).exists
      ? container
          .at(name)
          .items()
          .map((word) => word.text())
      : undefined;
  const entryPoint = texts('EntryPoint');
  const command = texts('Command') ?? (entryPoint ? [] : (dockerfile?.command ?? []));
  return [...(entryPoint ?? dockerfile?.entryPoint ?? []), ...command];
}
