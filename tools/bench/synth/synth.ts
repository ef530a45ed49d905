import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import cdk from '../../../cdk.json';
import { stableTemplate } from '../../../lib/compliance/stable-template';
import { type Benchmark, ratioOf, round } from '../benchmark';
import { median } from '../../statistics';

const ROUNDS = 5;
const PROJECT = resolve(__dirname, '../../..');
const TEMPLATE = 'Twinlane-dev.template.json';

/** Packages of the toolchain of `cdk init`. ts-node needs TypeScript's JavaScript API, whose last version is 5. */
const CDK_INIT = ['ts-node@10.9.2', 'tsx@4.23.15', 'typescript@5.9.3'];

/** A toolchain for synthesis: commands that run concurrently, so that the slowest determines the time. */
interface Toolchain {
  readonly label: string;
  readonly folder: string;
  readonly commands: readonly string[];
  readonly env?: NodeJS.ProcessEnv;

  /** True if the template validator of aws-cdk-lib runs. */
  readonly validation: boolean;
}

export const synth: Benchmark = {
  name: 'synth',
  summary: 'seconds to synthesize the dev stage: `cdk init app --language typescript` ÷ Twinlane',

  async run(report) {
    const fork = layOutAsCdkInit();
    const outdir = mkdtempSync(join(tmpdir(), 'twinlane-synth-'));
    try {
      report('installing the toolchain of cdk init');
      await succeed(`npm install --no-audit --no-fund --prefix toolchain ${CDK_INIT.join(' ')}`, outdir, process.env);
      const toolchains = toolchainsIn(fork, join(outdir, 'toolchain/node_modules'));
      const seconds = Object.fromEntries(Object.keys(toolchains).map((name) => [name, [] as number[]]));
      for (let count = 0; count <= ROUNDS; count++) {
        for (const [name, toolchain] of Object.entries(toolchains)) {
          const elapsed = await timed(toolchain, join(outdir, name));
          // The first round fills the caches of all toolchains.
          const warm = count > 0;
          report(
            `${warm ? `round ${count} of ${ROUNDS}` : 'warm-up'}  ${elapsed.toFixed(2).padStart(6)} s  ${toolchain.label}`,
          );
          if (warm) {
            seconds[name]?.push(elapsed);
          }
        }
      }
      const template = (name: string) => stableTemplate(JSON.parse(readFileSync(join(outdir, name, TEMPLATE), 'utf8')));
      for (const name of Object.keys(toolchains)) {
        if (!isDeepStrictEqual(template(name), template('inner'))) {
          throw new Error(
            `The template of "${toolchains[name]?.label}" differs from Twinlane's. Fix: adapt tools/bench/synth/nodejs-function to the app.`,
          );
        }
      }

      const { init = [], initToday = [], inner = [], checked = [] } = seconds;
      const checkedRatio = ratioOf(init, checked);
      const todayRatio = ratioOf(initToday, inner);
      report('the templates are equal, except for asset keys');
      report(`inner loop:      ${text(ratioOf(init, inner))} the speed of cdk init`);
      report(`all checks kept: ${text(checkedRatio)} the speed of cdk init`);
      report(`inner loop:      ${text(todayRatio)} the speed of cdk init since it dropped ts-node`);
      return {
        name: 'synth',
        ...ratioOf(init, inner),
        checked: checkedRatio,
        today: todayRatio,
        seconds: Object.fromEntries(Object.entries(seconds).map(([name, values]) => [name, round(median(values))])),
      };
    } finally {
      rmSync(fork, { recursive: true });
      rmSync(outdir, { recursive: true });
    }
  },
};

function text({ ratio, min, max }: { ratio: number; min: number; max: number }): string {
  return `${ratio.toFixed(1)} times (${min.toFixed(1)} to ${max.toFixed(1)})`;
}

/** @param packages - folder of the packages of {@link CDK_INIT} */
function toolchainsIn(fork: string, packages: string): Record<string, Toolchain> {
  return {
    init: {
      label: 'cdk init: ts-node with type check, a NodejsFunction each, validation',
      folder: fork,
      commands: [`"${packages}/.bin/ts-node" --prefer-ts-exts bin/twinlane.ts`],
      env: { TS_NODE_COMPILER: join(packages, 'typescript') },
      validation: true,
    },
    initToday: {
      label: 'cdk init since 2026: tsc, then tsx, a NodejsFunction each, validation',
      folder: fork,
      commands: [`npx tsc && "${packages}/.bin/tsx" bin/twinlane.ts`],
      validation: true,
    },
    inner: { label: 'Twinlane, inner loop', folder: PROJECT, commands: [cdk.app], validation: false },
    checked: {
      label: 'Twinlane, type check concurrent with synth and validation',
      folder: PROJECT,
      commands: [cdk.app, 'tsc'],
      validation: true,
    },
  };
}

/** @returns a copy of the app in the layout of `cdk init`, with the same stack and constructs */
function layOutAsCdkInit(): string {
  const fork = mkdtempSync(join(tmpdir(), 'twinlane-cdk-init-'));
  for (const path of ['bin/twinlane.ts', 'lib', 'lambda', 'service', 'cdk.json', 'package.json', 'package-lock.json']) {
    cpSync(join(PROJECT, path), join(fork, path), { recursive: true });
  }
  cpSync(join(__dirname, 'nodejs-function'), join(fork, 'lib', 'functions'), { recursive: true });
  cpSync(join(__dirname, 'cdk-init.tsconfig.json'), join(fork, 'tsconfig.json'));
  symlinkSync(join(PROJECT, 'node_modules'), join(fork, 'node_modules'));
  return fork;
}

/** Runs the commands as the CDK CLI does. @returns the total time in seconds */
async function timed({ folder, commands, env, validation }: Toolchain, outdir: string): Promise<number> {
  const context = JSON.stringify({ ...cdk.context, validation: `${validation}` });
  const start = process.hrtime.bigint();
  await Promise.all(
    commands.map((command) =>
      succeed(command, folder, { ...process.env, ...env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: context }),
    ),
  );
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function succeed(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, { cwd, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`${command} exited with ${code}:\n${output}`))));
  });
}
