import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { files } from '../package.json';

const PROJECT = resolve(__dirname, '..');

/** Allowed imports of a folder in addition to its own files: paths of the project, and packages. */
interface Allowed {
  readonly project: readonly RegExp[];
  /** @default - any */
  readonly packages?: RegExp;
}

/** Folders that both lanes import. */
const BELOW_THE_LANES =
  /^lib\/(authentication|aws-limits|compliance|containers|domains|functions|load-balancer|metrics|network|partition|required-props|storage|web-acl)\b/;

/** Files of the client that the lanes share with it. */
const PROTOCOL = /^client\/(protocol|backoff)$/;

const ALLOWED: Record<string, Allowed> = {
  'lambda/realtime': { project: [PROTOCOL], packages: /^$/ },
  'lambda/aws': {
    project: [PROTOCOL, /^lambda\/(realtime\/(backoff|ports)|system-clock)$/],
    packages: /^(aws4$|node:)/,
  },
  'lambda/adapters': {
    project: [PROTOCOL, /^lambda\/((aws|realtime)\/|(environment|keys|system-clock)$)/],
    packages: /^node:/,
  },
  lambda: { project: [PROTOCOL] },
  // The functions that post to servers.
  'lambda/tasks': {
    project: [/^lambda\/(adapters\/|(deliver|embedded-metrics|environment|logger|push|revoke|system-clock)$)/],
  },
  // A client of both lanes: knows no table and no queue of them.
  'lambda/canary': {
    project: [PROTOCOL, /^lambda\/(aws\/|(embedded-line|logger)$)/],
    packages: /^(node:|ws$)/,
  },
  // A package without dependencies, for web pages.
  client: { project: [], packages: /^$/ },
  // Its entry for React knows the client by its types only.
  'client/react': { project: [/^client\/[\w-]+$/], packages: /^react$/ },
  service: {
    project: [
      PROTOCOL,
      /^lambda\/((aws|realtime|adapters)\/|(embedded-metrics|environment|logger|measured|metrics|system-clock)$)/,
    ],
  },
  'service/websocket': {
    project: [
      PROTOCOL,
      /^lambda\/((realtime|adapters)\/|(embedded-metrics|environment|logger|metrics|opener-from-environment|session-from-environment|system-clock)$)/,
      /^service\/task-credentials$/,
    ],
    packages: /^(node:|ws$)/,
  },
  'lib/storage': { project: [/^lambda\/(environment|keys)$/] },
  'lib/compliance': { project: [] },
  'lib/domains': { project: [] },
  'lib/gateway': { project: [BELOW_THE_LANES, /^lambda\/origin-secret$/] },
  'lib/network': { project: [/^lib\/(required-props$|storage\/)/] },
  'lib/load-balancer': { project: [/^lib\/(domains|network|storage)\//, /^lambda\/origin-secret$/] },
  'lib/containers': {
    project: [/^lib\/(aws-limits$|(compliance|network|storage)\/)/, /^lambda\/environment$/],
  },
  'lib/functions': { project: [/^lib\/(compliance|storage)\//] },
  'lib/authentication': {
    project: [/^lib\/((domains|storage)\/|partition$)/, /^lambda\/(environment|keys|realtime\/frame-cost)$/],
  },
  'lib/settings': {
    project: [/^lib\/((aws-limits|partition|authentication\/scope-prefix)$|domains\/)/, /^lambda\/canary\/limits$/],
  },
  // Neither lane imports the other.
  'lib/http-lane': { project: [BELOW_THE_LANES, /^lambda\/environment$/] },
  'lib/websocket-lane': {
    project: [BELOW_THE_LANES, PROTOCOL, /^lambda\/(environment|keys|origin-secret)$/],
  },
  'lib/metrics': { project: [/^lambda\/metrics$/] },
  // Knows both lanes, as an operator does. No lane knows it.
  'lib/operation': {
    project: [
      BELOW_THE_LANES,
      /^lib\/(gateway|http-lane|websocket-lane)\//,
      /^lambda\/(environment|metrics|canary\/canary(-metrics)?)$/,
    ],
  },
  lib: { project: [/^lambda\/(environment|origin-secret)$/] },
  bin: { project: [/^lib\//] },
  // Knows no stack: each command has its own checks.
  'tools/aws-checks': { project: [/^tools\/cli$/] },
  'tools/preflight': {
    project: [
      /^lib\/(aws-limits|outputs|domains\/host-names)$/,
      /^tools\/(aws-checks\/|(cli|process-group|temporary-folder)$)/,
    ],
  },
  'tools/verify': { project: [/^lib\/(outputs|domains\/host-names)$/, /^tools\/(aws-checks\/|cli$)/] },
  // Runs the code of the deployed canary. Finds a stack as verify does.
  'tools/canary': {
    project: [
      /^lambda\/canary\/(canary|canary-socket|check-failure|http-requests|one-time-password|run-canary)$/,
      /^lib\/outputs$/,
      /^tools\/((cli|words)$|aws-checks\/|verify\/stack-outputs$)/,
    ],
  },
  // Knows the lanes only by their URLs.
  'tools/probe': { project: [/^tools\/(cli|fetch-rules|html-page|logarithmic-axis|markup|statistics|words)$/] },
  // A separate package that is independent of this app.
  'tools/local': { project: [] },
  'tools/bench': {
    project: [
      ...[
        PROTOCOL,
        /^lib\/(compliance|functions)\//,
        /^lambda\/((realtime|adapters|aws)\/|(deliver|embedded-metrics|system-clock)$)/,
      ],
      ...[/^cdk\.json$/, /^tools\/(browser|cli|load-data|local|statistics)$/, /^tools\/demo\/single-process\//],
      // A task of the lane.
      /^service\/websocket\/(limits|websocket-task)$/,
      // DynamoDB in memory, and virtual time.
      /^test\/(support\/memory\/dynamodb|simulation\/(random|time))$/,
      // It runs the probe as a process, and knows its report.
      ...[/^tools\/probe\/(diagnosis\/cause|report\/report)$/, /^test\/tools\/probe\/servers\//],
    ],
  },
  // A price list: knows no load.
  'tools/prices': { project: [], packages: /^zod$/ },
  tools: { project: [] },
  // Runs the tests, and is independent of the tested code.
  'tools/check': { project: [/^package\.json$/, /^tools\/cli$/, /^test\/support\/documents$/] },
  'tools/demo': { project: [/^lambda\/environment$/, /^lib\/gateway\/demo-page$/, /^tools\/(cli|local)$/] },
  // Runs in a browser.
  'tools/demo/page': {
    project: [
      /^client$/,
      PROTOCOL,
      /^lambda\/realtime\/(parse-frame|exact-json)$/,
      /^tools\/(fetch-rules|load-data|statistics|words)$/,
    ],
    packages: /^uplot$/,
  },
  'tools/cost': {
    project: [
      /^lambda\/(metrics|canary\/canary-metrics)$/,
      /^cdk\.json$/,
      /^tools\/((cli|html-page|logarithmic-axis|markup|process-group|temporary-folder)$|prices\/|scale\/)/,
      // A stack of a cloud assembly.
      /^tools\/preflight\/(planned-stack|synthesize)$/,
    ],
    packages: /^(commander$|node:)/,
  },
  'tools/scale': {
    project: [
      ...[PROTOCOL, /^lambda\/realtime\/(fan-out|group-commit|posting|sharding|task-posts)$/],
      /^tools\/(cli$|prices\/)/,
      /^lib\/(aws-limits|storage\/pause|websocket-lane\/delivery-sizes)$/,
    ],
    packages: /^commander$/,
  },
};

/** @returns every import in the files of a folder, except those in subfolders with separate rules. */
function importsOf(folder: string): { file: string; imported: string }[] {
  const others = Object.keys(ALLOWED).filter((other) => other.startsWith(`${folder}/`));
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(test|dist|node_modules)\//.test(file))
    .map((file) => join(folder, file))
    .filter((file) => !others.some((other) => file.startsWith(`${other}/`)))
    .flatMap((file) =>
      [...readFileSync(join(PROJECT, file), 'utf8').matchAll(/^(?:import|export)\s[^;]*?from '([^']+)'/gms)].map(
        ([, imported = '']) => ({ file, imported }),
      ),
    );
}

test.each(Object.entries(ALLOWED))(
  '%s imports only files and packages that its rules allow',
  (folder, { project, packages = /./ }) => {
    const imports = importsOf(folder);
    const offences = imports.filter(({ file, imported }) => {
      if (!imported.startsWith('.')) {
        return !packages.test(imported);
      }
      const path = relative(PROJECT, resolve(PROJECT, dirname(file), imported));
      return !path.startsWith(`${folder}/`) && !project.some((allowed) => allowed.test(path));
    });
    expect(imports.length).toBeGreaterThan(0);
    expect(offences).toEqual([]);
  },
);

test('every source folder has rules for imports', () => {
  const rules = Object.keys(ALLOWED);
  const folders = ['bin', 'client', 'lambda', 'lib', 'service', 'tools'].flatMap((top) =>
    readdirSync(join(PROJECT, top), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['dist', 'node_modules'].includes(entry.name))
      .map(({ name }) => `${top}/${name}`),
  );
  expect(folders.filter((folder) => !rules.includes(folder))).toEqual([]);
});

test('the package of the constructs contains the files of the client that functions import, and no others', () => {
  const shared = readdirSync(join(PROJECT, 'client'))
    .map((file) => `client/${file}`)
    .filter((file) => PROTOCOL.test(file.replace(/\.ts$/, '')));
  expect(files.filter((file) => file.startsWith('client'))).toEqual(shared);
});

/** The workspace package: other code imports its folder. Its name stands for its build. */
const LOCAL = { folder: 'tools/local/', name: '@twinlane/local' };

/** @returns every import of the package or of one of its files, in files of the folders. */
function importsOfLocal(folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => /\.(ts|js)$/.test(file) && !file.startsWith(LOCAL.folder))
    .flatMap((file) =>
      [
        ...readFileSync(join(PROJECT, file), 'utf8').matchAll(
          /(?:from|import|require)[ (]+['"`](\.{1,2}\/[^'"`]+|@twinlane\/[^'"`]+)['"`]/g,
        ),
      ].map(([, imported = '']) => ({
        file,
        imported: imported.startsWith('.') ? relative(PROJECT, resolve(PROJECT, dirname(file), imported)) : imported,
      })),
    )
    .filter(({ imported }) => `${imported}/`.startsWith(LOCAL.folder) || imported.startsWith(LOCAL.name))
    .map(({ file, imported }) => `${file}: ${imported}`);
}

test('tools and tests import the index of the workspace package, not its other files', () => {
  const imports = importsOfLocal(['tools', 'test']);
  expect(imports.length).toBeGreaterThan(5);
  expect(imports.filter((one) => !one.endsWith(': tools/local'))).toEqual([]);
});

test('deployed code does not import the workspace package', () => {
  expect(importsOfLocal(['bin', 'client', 'lambda', 'lib', 'service'])).toEqual([]);
});

test('the workspace package and its tests import no file outside the package', () => {
  const imports = readdirSync(join(PROJECT, LOCAL.folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|js|mjs)$/.test(file))
    .flatMap((file) =>
      [...readFileSync(join(PROJECT, LOCAL.folder, file), 'utf8').matchAll(/['"`](\.{1,2}\/[\w./-]+)['"`]/g)].map(
        ([, imported = '']) => ({ file, imported: join(LOCAL.folder, dirname(file), imported) }),
      ),
    );
  expect(imports.length).toBeGreaterThan(100);
  expect(imports.filter(({ imported }) => !`${imported}/`.startsWith(LOCAL.folder))).toEqual([]);
});
