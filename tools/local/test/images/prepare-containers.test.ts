import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerBlueprint, ServiceBlueprint } from '../../blueprint';
import { ImageError } from '../../images/image-error';
import { planImage } from '../../images/plan-image';
import { type BuildImage, type Folders, prepareContainers } from '../../images/prepare-containers';
import { emptyDirectory } from '../assembly/assembly-directory';

const CONTAINER: ContainerBlueprint = {
  name: 'web',
  image: { context: '/context', dockerfile: 'Dockerfile', plan: planImage('FROM node\nWORKDIR /app\nCMD ["node"]') },
  workingDirectory: '/app',
  command: ['node', '/app/server.js'],
  environment: { CONFIG: '/app/config.json', PREFIX: '/api' },
  ports: [],
  stopTimeoutSeconds: 30,
};

function serviceOf(container: ContainerBlueprint): ServiceBlueprint {
  return {
    ...{ stack: 'Test', region: 'us-east-1', accountId: '000000000000' },
    ...{ logicalId: 'Service1', name: 'shop', arn: 'arn:service', minTasks: 1, taskDefinitionArn: '', taskRoleArn: '' },
    containers: [container],
    targets: [],
  };
}

const never: BuildImage = () => Promise.reject(new Error('No image is built'));

async function prepared(container: Partial<ContainerBlueprint>, folders: Folders, build: BuildImage = never) {
  const [service] = await prepareContainers([serviceOf({ ...CONTAINER, ...container })], folders, build);
  return service?.containers[0];
}

test('a container runs in the working directory of its image, with the paths of this machine', async () => {
  const root = emptyDirectory();
  mkdirSync(join(root, 'app'));
  expect(await prepared({}, {}, async () => root)).toMatchObject({
    directory: join(root, 'app'),
    command: ['node', join(root, 'app/server.js')],
    environment: { CONFIG: join(root, 'app/config.json'), PREFIX: '/api' },
    programs: [join(root, 'usr/local/sbin'), join(root, 'usr/local/bin')],
  });
});

test('a container whose image cannot be built has the step and the fix as its reason', async () => {
  const build = () => Promise.reject(new ImageError('Dockerfile:3: RUN npm ci: it ended with exit code 1'));
  const container = await prepared({}, {}, build);
  expect(container?.directory).toBeUndefined();
  expect(container?.cannotRun).toBe(
    'its image could not be built: Dockerfile:3: RUN npm ci: it ended with exit code 1\n' +
      'Fix: correct the Dockerfile, or build the app and pass --container web=FOLDER.',
  );
});

test('any other error ends the start', async () => {
  await expect(prepared({}, {})).rejects.toThrow('No image is built');
});

test('a working directory that the image does not have is a reason, too', async () => {
  const container = await prepared({ workingDirectory: '/other' }, {}, async () => emptyDirectory());
  expect(container?.cannotRun).toMatch('the working directory /other is not in the image');
});

test.each(['web', 'Service1/web', 'shop/web'])('the folder for %s stands for the working directory', async (name) => {
  const folder = emptyDirectory();
  expect(await prepared({}, { [name]: folder })).toMatchObject({
    directory: folder,
    command: ['node', join(folder, 'server.js')],
    environment: { CONFIG: join(folder, 'config.json'), PREFIX: '/api' },
  });
});

test('a folder in place of an image from a registry runs its start script', async () => {
  const folder = emptyDirectory();
  writeFileSync(join(folder, 'package.json'), '{"scripts":{"start":"node ."}}');
  const container = await prepared({ command: [], cannotRun: 'its image comes from a registry' }, { web: folder });
  expect(container).toMatchObject({ command: ['npm', 'start'], directory: folder });
  expect(container?.cannotRun).toBeUndefined();
});

test('a folder without a command, one that does not exist, and an unknown container are errors with a fix', async () => {
  const folder = emptyDirectory();
  await expect(prepared({ command: [] }, { web: folder })).rejects.toThrow(
    `The folder "${folder}" of the container web has no command. Fix: add a script "start" to its package.json.`,
  );
  await expect(prepared({}, { web: join(folder, 'absent') })).rejects.toThrow(
    `The folder of the container web must exist, got "${join(folder, 'absent')}". Fix: build the app first.`,
  );
  await expect(prepared({}, { wbe: folder })).rejects.toThrow(
    'The app has no container "wbe". It has Service1/web. Fix: pass the name of one of its containers.',
  );
});
