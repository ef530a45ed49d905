/**
 * `npm run check:consumer`: can a CDK app elsewhere use this package? Packs it as npm does for a git dependency, installs it into a
 * fresh app, and synthesizes there in each way that such an app may load TypeScript.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { peerDependencies } from '../../package.json';
import { commandNamed } from '../cli';

const PROJECT = dirname(dirname(__dirname));

const RANGE = peerDependencies['aws-cdk-lib'];

/** Versions of aws-cdk-lib to install, as npm's specifiers. */
const VERSIONS = { lowest: RANGE.replace('^', ''), newest: RANGE };

/** Packages of an app that `cdk init` creates, and tsx. */
const TOOLS = ['@types/node@20', 'ts-node@10', 'tsx@4', 'typescript@5.9'];

/** The app: a stack with both lanes, their defaults and one more route, and a stack with only the WebSocket lane, which has servers. */
const APP = `
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import {
  addOutputs,
  Admission,
  Authentication,
  Delivery,
  LaneNetwork,
  LaneRoute,
  MessageLog,
  Twinlane,
  WebSocketEntry,
  WebSocketLane,
} from 'twinlane';
import { bundleAll } from 'twinlane/bundling';
import { stableTemplate } from 'twinlane/testing';

class Shop extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const lanes = new Twinlane(this, 'Lanes', {
      hostedZone: HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
      httpHostName: 'api.example.com',
      webSocketHostName: 'ws.example.com',
      allowedOrigins: ['https://app.example.com'],
      network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] }),
      webSocket: { entry: WebSocketEntry.apiGateway({ routes: { chat: LaneRoute.bundled({ entry: 'chat.ts' }) } }) },
    });
    addOutputs(this, lanes);
  }
}

class Sockets extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const messageLog = new MessageLog(this, 'MessageLog');
    const webSocketLane = new WebSocketLane(this, 'WebSocketLane', {
      domain: {
        hostName: 'sockets.example.com',
        certificate: Certificate.fromCertificateArn(this, 'Certificate', 'arn:aws:acm:us-east-1:123456789012:certificate/1'),
      },
      messageLog,
      admission: new Admission(this, 'Admission', { authentication: Authentication.none() }),
      allowedOrigins: ['https://app.example.com'],
      entry: WebSocketEntry.servers(),
      network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] }),
    });
    new Delivery(this, 'Delivery', { messageLog, webSocketLane });
  }
}

bundleAll().then(() => {
  const app = new App({ outdir: process.argv[2] });
  const shop = new Shop(app, 'Shop', { env: { region: 'us-east-1' } });
  new Sockets(app, 'Sockets', { env: { region: 'us-east-1' } });
  console.log(Object.keys(stableTemplate(app.synth().getStackArtifact(shop.artifactId).template)).length);
});
`;

/** As `cdk init app --language typescript` writes it. */
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['es2022'],
    declaration: true,
    strict: true,
    noImplicitReturns: true,
    inlineSourceMap: true,
    inlineSources: true,
    strictPropertyInitialization: false,
    skipLibCheck: true,
    types: ['node'],
    outDir: 'build',
  },
  include: ['*.ts'],
};

/** Ways to run the app: each is the commands that synthesize to `OUT`. */
const MODES: Readonly<Record<string, readonly string[]>> = {
  tsx: ['npx tsx app.ts OUT'],
  'ts-node': ['npx ts-node --prefer-ts-exts app.ts OUT'],
  'compiled JavaScript': ['npx tsc', 'node build/app.js OUT'],
  'ES modules, tsx': ['npx tsx module.mts OUT'],
};

interface Row {
  /** The version of aws-cdk-lib that was installed. */
  readonly awsCdkLib: string;
  /** Mode → `passed`, or a description of the problem. */
  readonly modes: Readonly<Record<string, string>>;
}

/** Runs a command. @returns its standard output. Throws an error with all of its output if it fails */
async function run(command: string, folder: string): Promise<string> {
  const [program = '', ...args] = command.split(' ');
  try {
    // Without the variables that npm sets, because commands would mistake this package for their own project.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(npm_package|npm_lifecycle|INIT_CWD)/.test(name)),
    );
    return (await promisify(execFile)(program, args, { cwd: folder, env, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} failed:\n${stdout}${stderr}`);
  }
}

async function rowOf(tarball: string, version: string, folder: string): Promise<Row> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true }));
  await run(
    `npm install --no-audit --no-fund ${tarball} aws-cdk-lib@${version} constructs@10 ${TOOLS.join(' ')}`,
    folder,
  );
  writeFileSync(join(folder, 'app.ts'), APP);
  writeFileSync(join(folder, 'module.mts'), APP);
  writeFileSync(join(folder, 'chat.ts'), 'export const handler = async () => ({ statusCode: 200 });');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  const modes: Record<string, string> = {};
  for (const [mode, commands] of Object.entries(MODES)) {
    const out = join(folder, 'out', mode.replace(/\W/g, '-'));
    try {
      for (const command of commands) {
        await run(command.replace('OUT', out), folder);
      }
      modes[mode] = problemOf(out) ?? 'passed';
    } catch (error) {
      modes[mode] = (error as Error).message;
    }
  }
  const { version: awsCdkLib } = JSON.parse(
    readFileSync(join(folder, 'node_modules/aws-cdk-lib/package.json'), 'utf8'),
  );
  return { awsCdkLib, modes };
}

/** @returns a description of the problem of a cloud assembly, or undefined */
function problemOf(out: string): string | undefined {
  for (const [stack, needed] of Object.entries(NEEDED_TYPES)) {
    const types = Object.values(templateIn(out, stack).Resources).map(({ Type }) => Type);
    const missing = needed.filter((type) => !types.includes(type));
    if (missing.length > 0) {
      return `the template of ${stack} has no ${missing.join(', ')}`;
    }
  }
  return 'HttpUrl' in templateIn(out, 'Shop').Outputs ? undefined : 'the template has no outputs';
}

/** Types of resources that the template of each stack must have. */
const NEEDED_TYPES: Readonly<Record<string, readonly string[]>> = {
  Shop: ['AWS::ApiGatewayV2::Api', 'AWS::ECS::Service', 'AWS::Lambda::Function'],
  Sockets: ['AWS::ElasticLoadBalancingV2::ListenerRule', 'AWS::ECS::Service', 'AWS::Lambda::Function'],
};

interface StackTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
}

function templateIn(out: string, stack: string): StackTemplate {
  return JSON.parse(readFileSync(join(out, `${stack}.template.json`), 'utf8'));
}

/** @returns the table as Markdown. */
function tableOf(rows: readonly Row[]): string {
  const modes = Object.keys(MODES);
  const cells = rows.map((row) => [
    row.awsCdkLib,
    ...modes.map((mode) => (row.modes[mode] === 'passed' ? 'passed' : 'FAILED')),
  ]);
  return [['aws-cdk-lib', ...modes], ['aws-cdk-lib', ...modes].map((name) => '-'.repeat(name.length)), ...cells]
    .map(
      (row) =>
        `| ${row.map((cell, column) => cell.padEnd(['aws-cdk-lib', ...modes][column]?.length ?? 0)).join(' | ')} |`,
    )
    .join('\n');
}

async function main(): Promise<void> {
  const { json } = commandNamed('npm run check:consumer --')
    .description(
      'Packs this package, installs it into a fresh CDK app with the lowest and the newest aws-cdk-lib of its range, and synthesizes there with tsx, with ts-node, as compiled JavaScript and as ES modules. Requires access to the npm registry. Takes about 3 minutes.',
    )
    .option('--json', 'print the table as JSON: [{"awsCdkLib", "modes": {"tsx": "passed", …}}]')
    .addHelpText('after', '\nExit codes:\n  0  the app synthesized in every way\n  1  it failed in at least one way\n')
    .parse()
    .opts<{ json?: boolean }>();
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-consumer-'));
  try {
    console.error('packing');
    // `.npmrc` turns scripts off, and `prepare` compiles what the package exports.
    const packed = await run(`npm pack --silent --ignore-scripts=false --pack-destination ${folder}`, PROJECT);
    const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '');
    const rows: Row[] = [];
    for (const [name, version] of Object.entries(VERSIONS)) {
      console.error(`aws-cdk-lib@${version}, the ${name}`);
      const row = await rowOf(tarball, version, join(folder, name));
      for (const [mode, result] of Object.entries(row.modes)) {
        if (result !== 'passed') {
          console.error(`${mode}: ${result}`);
        }
      }
      rows.push(row);
    }
    console.log(json ? JSON.stringify(rows) : tableOf(rows));
    const passed = rows.every(({ modes }) => Object.values(modes).every((result) => result === 'passed'));
    process.exitCode = passed ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
