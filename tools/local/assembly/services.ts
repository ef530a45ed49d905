import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerBlueprint, ServiceBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { ImageSettings } from '../images/base-image';
import type { Omission } from '../images/image-plan';
import { planImage } from '../images/plan-image';
import { secretVariablesOf } from './container-secrets';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

/** Reads each `AWS::ECS::Service` with the containers of its task definition. */
export function servicesOf(assembly: Assembly, notEmulated: NotEmulated): ServiceBlueprint[] {
  return assembly.ofType('AWS::ECS::Service').flatMap((service) => {
    const definitionArn = service.property('TaskDefinition').text();
    // Task definitions of one family in two stacks are revisions of it.
    const definitions = assembly
      .ofType('AWS::ECS::TaskDefinition')
      .filter(({ identity }) => identity.arn === definitionArn || identity.name === definitionArn);
    const definition = definitions.find(({ regional }) => regional.stack === service.regional.stack) ?? definitions[0];
    if (!definition) {
      service.property('TaskDefinition').fail(`${definitionArn} is not a task definition of the assembly`);
      return [];
    }
    return [
      {
        ...service.regional,
        minTasks: minTasksOf(assembly, service),
        taskDefinitionArn: definition.identity.arn,
        taskRoleArn: definition.property('TaskRoleArn').optionalText() ?? '',
        containers: definition
          .property('ContainerDefinitions')
          .items()
          .map((container) => containerOf(container, definition, assembly, notEmulated)),
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
    .filter(({ regional: { region, accountId } }) => service.identity.arn.includes(`:${region}:${accountId}:`))
    .find((scalable) => scalable.property('ResourceId').text() === resourceId);
  return target?.property('MinCapacity').number(1) ?? service.property('DesiredCount').number(1);
}

function containerOf(
  container: Property,
  definition: Resource,
  assembly: Assembly,
  notEmulated: NotEmulated,
): ContainerBlueprint {
  if (container.at('EnvironmentFiles').exists) {
    const meaning = 'Environment files are in S3: the container starts without their variables.';
    notEmulated.add('Environment files of containers', definition.logicalId, meaning);
  }
  const { image, cannotRun } = imageOf(container.at('Image').text(), definition, notEmulated);
  const settings = image?.plan.settings;
  const { PATH: _, ...environment } = settings?.environment ?? {};
  return {
    name: container.at('Name').text(),
    command: commandOf(container, settings),
    workingDirectory: container.at('WorkingDirectory').optionalText() ?? settings?.workingDirectory ?? '/',
    environment: {
      ...environment,
      ...container.at('Environment').pairs('Name', 'Value'),
      ...secretVariablesOf(container.at('Secrets'), definition, assembly, notEmulated),
    },
    ports: portsOf(container),
    // The default of the ECS agent and of Fargate.
    stopTimeoutSeconds: container.at('StopTimeout').number(30),
    ...(image && { image }),
    ...(cannotRun !== undefined && { cannotRun }),
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

/** Rows for parts of a Dockerfile that have no effect here. */
const OMISSIONS: Readonly<Record<Omission, readonly [type: string, meaning: string]>> = {
  programs: [
    'Programs that a Dockerfile installs',
    'apt, apk, yum and pip install nothing: containers find the programs of this machine.',
  ],
  secrets: ['Secrets of a build', 'Secrets and SSH keys are missing while an image is built.'],
  images: ['COPY from an image of a registry', 'Docker is not used: these files are missing.'],
};

/** Plans the image of a container. An image's reference ends in its tag, and an asset's tag is its hash. */
function imageOf(
  reference: string,
  { artifact, logicalId }: Resource,
  notEmulated: NotEmulated,
): Pick<ContainerBlueprint, 'image' | 'cannotRun'> {
  const asset = artifact.images[reference.split(':').at(-1) ?? ''];
  if (!asset) {
    const meaning =
      'Docker is not used: only images of Node.js that a Dockerfile of the assembly builds can run. --container NAME=FOLDER runs a folder in place of an image.';
    notEmulated.add('Containers from a registry', logicalId, meaning);
    return { cannotRun: 'its image comes from a registry, not from a folder of this project' };
  }
  const { directory: context, dockerFile: dockerfile, buildArgs, target } = asset;
  try {
    const text = readFileSync(join(context, dockerfile), 'utf8');
    const plan = planImage(text, { buildArgs, ...(target !== undefined && { target }) });
    for (const omission of plan.omissions) {
      const [type, meaning] = OMISSIONS[omission];
      notEmulated.add(type, logicalId, meaning);
    }
    return { image: { context, dockerfile, plan } };
  } catch (error) {
    const meaning =
      'Docker is not used: only images of Node.js are built. --container NAME=FOLDER runs a folder in place of an image.';
    notEmulated.add('Images that are not of Node.js', logicalId, meaning);
    return { cannotRun: `its image cannot be built here: ${(error as Error).message}` };
  }
}

/** The template overrides the Dockerfile; an entry point in the template also discards the image's command. */
function commandOf(container: Property, image: ImageSettings | undefined): string[] {
  const texts = (name: string): string[] | undefined =>
    container.at(name).exists
      ? container
          .at(name)
          .items()
          .map((word) => word.text())
      : undefined;
  const entryPoint = texts('EntryPoint');
  const command = texts('Command') ?? (entryPoint ? [] : (image?.command ?? []));
  return [...(entryPoint ?? image?.entryPoint ?? []), ...command];
}
