import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Cluster, ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancedFargateService } from 'aws-cdk-lib/aws-ecs-patterns';
import type { RunnerEvent } from '../../../log-line';
import type { Running, StartOptions } from '../../../running';
import { start } from '../../../start';
import { emptyDirectory, synthesized } from '../../assembly/assembly-directory';

jest.setTimeout(60_000);

/** A server with a fixed port, as many images have it, that tells where it listens. */
const SERVER = `
const server = require('node:http').createServer((request, response) =>
  response.end(JSON.stringify({ greeting: 'GREETING', who: process.env.WHO, address: server.address().address, task: process.pid })));
server.listen(80, '0.0.0.0');
`;

const TWO_STAGES = {
  Dockerfile: `
FROM node:22-alpine AS build
ARG GREETING=hello
WORKDIR /app
COPY build.js ./
COPY src ./src
RUN apk add --no-cache python3
RUN node build.js /app/dist && mkdir -p /app/dist/logs

FROM public.ecr.aws/docker/library/node:22-alpine
ENV WHO=world
WORKDIR /app
COPY --from=build --chown=node:node /app/dist ./dist
USER node
EXPOSE 80
CMD ["node", "dist/server.js"]
`,
  'build.js': `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const [, , target] = process.argv;
mkdirSync(target, { recursive: true });
writeFileSync(target + '/server.js', readFileSync('src/server.js', 'utf8').replace('GREETING', process.env.GREETING));
`,
  'src/server.js': SERVER,
};

let cache = '';
let outer: string | undefined;
let app: Running | undefined;
let events: RunnerEvent[] = [];

beforeEach(() => {
  outer = process.env.XDG_CACHE_HOME;
  cache = emptyDirectory();
  process.env.XDG_CACHE_HOME = cache;
  events = [];
});

afterEach(async () => {
  await app?.stop(true);
  app = undefined;
  if (outer === undefined) {
    delete process.env.XDG_CACHE_HOME;
  } else {
    process.env.XDG_CACHE_HOME = outer;
  }
});

/** @returns the assembly of a service with this build context, behind a load balancer */
function serviceOf(
  files: Readonly<Record<string, string>>,
  image: { buildArgs?: Record<string, string>; target?: string } = {},
): string {
  const context = folderWith(files);
  return synthesized((cdk) => {
    const stack = new Stack(cdk, 'Web');
    const taskDefinition = new FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('web', {
      image: ContainerImage.fromAsset(context, image),
      portMappings: [{ containerPort: 80 }],
    });
    new ApplicationLoadBalancedFargateService(stack, 'Service', {
      cluster: new Cluster(stack, 'Cluster'),
      taskDefinition,
      desiredCount: 2,
      publicLoadBalancer: true,
    });
  });
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = emptyDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

async function run(assembly: string, options: Partial<StartOptions> = {}): Promise<Running> {
  app = await start({ assembly, ...options, onEvent: (event) => events.push(event) });
  return app;
}

async function answer({ urls }: Running): Promise<{ greeting: string; who?: string; address: string; task: number }> {
  return (await fetch(`${urls.http}/`)).json() as Promise<Awaited<ReturnType<typeof answer>>>;
}

const steps = () => events.flatMap((event) => (event.event === 'progress' ? [event.step] : []));

test('an image with stages is built, and its tasks listen on loopback although both use port 80', async () => {
  const running = await run(serviceOf(TWO_STAGES));
  expect(running.problems).toEqual([]);
  const answers = [await answer(running), await answer(running)];
  expect(answers[0]).toMatchObject({ greeting: 'hello', who: 'world', address: '127.0.0.1' });
  expect(new Set(answers.map(({ task }) => task)).size).toBe(2);
});

test('what the Dockerfile would install on the system is listed, and installed nowhere', async () => {
  const running = await run(serviceOf(TWO_STAGES));
  expect(running.blueprint.notEmulated.map(({ type }) => type)).toContain('Programs that a Dockerfile installs');
});

test('the build arguments of the asset are used', async () => {
  const running = await run(serviceOf(TWO_STAGES, { buildArgs: { GREETING: 'good morning' } }));
  expect((await answer(running)).greeting).toBe('good morning');
});

test('an unchanged image is not built again, and the folder of the assembly stays as it is', async () => {
  const assembly = serviceOf(TWO_STAGES);
  const files = () => readdirSync(assembly, { recursive: true }).toSorted();
  const before = files();
  await (await run(assembly)).stop();
  expect(steps().filter((step) => step.includes('RUN node build.js'))).toHaveLength(1);
  events = [];
  const running = await run(assembly);
  expect(steps().filter((step) => step.includes('RUN'))).toEqual([]);
  expect((await answer(running)).greeting).toBe('hello');
  expect(files()).toEqual(before);
});

test('a step that fails is named with its exit code and last output, and the rest of the app runs', async () => {
  const Dockerfile = `FROM node:22\nWORKDIR /app\nRUN node -e "console.error('no such module: left'); process.exit(3)"\nCMD ["node", "server.js"]`;
  const running = await run(serviceOf({ Dockerfile }));
  expect(running.problems).toHaveLength(1);
  const [problem = ''] = running.problems;
  expect(problem).toContain('Dockerfile:3: RUN node -e');
  expect(problem).toContain('it ended with exit code 3');
  expect(problem).toContain('no such module: left');
  expect(problem).toContain('Fix: correct the Dockerfile, or build the app and pass --container web=FOLDER.');
  expect((await fetch(`${running.urls.http}/`)).status).toBe(503);
});

test('an image of another program is left out with the reason', async () => {
  const running = await run(serviceOf({ Dockerfile: 'FROM python:3.12\nCMD ["python", "app.py"]' }));
  expect(running.problems.join('\n')).toContain('python:3.12 is not an image of Node.js');
});

test('a service whose tasks end at once is not ready, and the reason has the error', async () => {
  const Dockerfile = 'FROM node:22\nWORKDIR /app\nCOPY server.js ./\nCMD ["node", "server.js"]';
  const running = await run(serviceOf({ Dockerfile, 'server.js': `throw new TypeError('DATABASE is missing');` }));
  expect(running.problems.join('\n')).toContain('TypeError: DATABASE is missing');
});

test('a folder that is already built runs in place of the image', async () => {
  const folder = folderWith({ 'server.js': SERVER.replace('GREETING', 'from the folder') });
  const Dockerfile = 'FROM node:22\nWORKDIR /app\nRUN exit 1\nCMD ["node", "server.js"]';
  const running = await run(serviceOf({ Dockerfile }), { containers: { web: folder } });
  expect(running.problems).toEqual([]);
  expect((await answer(running)).greeting).toBe('from the folder');
});

test('a folder for a container that does not exist is refused with the names of the containers', async () => {
  await expect(run(serviceOf(TWO_STAGES), { containers: { api: cache } })).rejects.toThrow(
    /The app has no container "api". It has Service\w+\/web. Fix: pass the name of one of its containers./,
  );
});

test('a build that is interrupted ends its command, and leaves no image', async () => {
  const started = join(emptyDirectory(), 'port');
  const wait = `
    const server = require('node:net').createServer().listen(0, '127.0.0.1', () =>
      require('node:fs').writeFileSync(${JSON.stringify(started)}, String(server.address().port)));`;
  const Dockerfile = 'FROM node:22\nWORKDIR /app\nCOPY wait.js ./\nRUN node wait.js\nCMD ["node", "wait.js"]';
  const stopping = new AbortController();
  const running = run(serviceOf({ Dockerfile, 'wait.js': wait }), { signal: stopping.signal });
  const ended = expect(running).rejects.toThrow();
  await written(started);
  stopping.abort();
  await ended;
  const [refused] = await once(connect(Number(readFileSync(started, 'utf8')), '127.0.0.1'), 'error');
  expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  expect(readdirSync(join(cache, 'twinlane-local/images'))).toEqual([]);
});

/** Resolves when the file exists and has content. */
async function written(file: string): Promise<void> {
  const watcher = watch(dirname(file));
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') {
    await once(watcher, 'change');
  }
  watcher.close();
}
