import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ContainerBlueprint, ServiceBlueprint } from '../blueprint';
import { UserError } from '../user-error';
import { commandHere } from './container-command';
import { ImageError } from './image-error';
import { ImagePaths } from './image-paths';
import type { ImageSource } from './image-plan';

/** Name of a container, or `SERVICE/NAME` → folder that runs in place of its image. */
export type Folders = Readonly<Record<string, string>>;

/** @returns the folder that stands for `/` of an image. Throws an {@link ImageError} if it cannot be built */
export type BuildImage = (image: ImageSource, container: string) => Promise<string>;

/**
 * Builds the images of services, and sets where and how each container runs on this machine. A container whose image cannot be built has
 * the reason.
 *
 * Throws a {@link UserError} if a folder cannot run, or is for a container that does not exist.
 */
export async function prepareContainers(
  services: readonly ServiceBlueprint[],
  folders: Folders,
  build: BuildImage,
): Promise<ServiceBlueprint[]> {
  checkNames(services, folders);
  const prepared: ServiceBlueprint[] = [];
  for (const service of services) {
    const containers: ContainerBlueprint[] = [];
    for (const container of service.containers) {
      const folder = namesOf(service, container)
        .map((name) => folders[name])
        .find((each) => each !== undefined);
      containers.push(folder === undefined ? await built(container, build) : inFolder(container, resolve(folder)));
    }
    prepared.push({ ...service, containers });
  }
  return prepared;
}

async function built(container: ContainerBlueprint, build: BuildImage): Promise<ContainerBlueprint> {
  const { image, workingDirectory, name } = container;
  if (!image) {
    return container;
  }
  try {
    const paths = new ImagePaths(await build(image, name), workingDirectory);
    const directory = paths.of(workingDirectory);
    if (!existsSync(directory)) {
      throw new ImageError(`the working directory ${workingDirectory} is not in the image`);
    }
    return {
      ...onThisMachine(container, paths),
      ...{ directory, programs: paths.programs(image.plan.settings.environment.PATH) },
    };
  } catch (error) {
    if (!(error instanceof ImageError)) {
      throw error;
    }
    const fix = `Fix: correct the Dockerfile, or build the app and pass --container ${name}=FOLDER.`;
    return { ...container, cannotRun: `its image could not be built: ${error.message}\n${fix}` };
  }
}

/** Runs a folder that is already built. It stands for the working directory of the image. */
function inFolder(container: ContainerBlueprint, folder: string): ContainerBlueprint {
  const { name, workingDirectory } = container;
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(`The folder of the container ${name} must exist, got "${folder}". Fix: build the app first.`);
  }
  const command = container.command.length > 0 ? container.command : startScript(folder);
  if (command.length === 0) {
    throw new UserError(
      `The folder "${folder}" of the container ${name} has no command. Fix: add a script "start" to its package.json.`,
    );
  }
  const { cannotRun: _, ...others } = container;
  return {
    ...onThisMachine({ ...others, command }, new ImagePaths(folder, workingDirectory, folder)),
    directory: folder,
    programs: [join(folder, 'node_modules/.bin')],
  };
}

function onThisMachine(container: ContainerBlueprint, paths: ImagePaths): ContainerBlueprint {
  const environment = Object.entries(container.environment).map(([name, value]) => [name, paths.inVariable(value)]);
  return {
    ...container,
    command: commandHere(container.command, paths),
    environment: Object.fromEntries(environment),
  };
}

function startScript(folder: string): string[] {
  try {
    const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof scripts?.start === 'string' ? ['npm', 'start'] : [];
  } catch {
    return [];
  }
}

function checkNames(services: readonly ServiceBlueprint[], folders: Folders): void {
  const all = services.flatMap((service) => service.containers.map((container) => namesOf(service, container)));
  for (const name of Object.keys(folders)) {
    if (!all.some((names) => names.includes(name))) {
      const known = all.map(([, qualified]) => qualified).join(', ');
      const has = known === '' ? 'The app has no containers' : `It has ${known}`;
      throw new UserError(`The app has no container "${name}". ${has}. Fix: pass the name of one of its containers.`);
    }
  }
}

/** `web`, `WebService/web`, `web-service/web` */
function namesOf({ logicalId, name }: ServiceBlueprint, container: ContainerBlueprint): string[] {
  return [container.name, `${logicalId}/${container.name}`, `${name}/${container.name}`];
}
