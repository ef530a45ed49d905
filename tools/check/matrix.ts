/**
 * `npm run check:matrix`: installs, synthesizes, starts and tests a fresh copy of this folder in several environments. Prints a table
 * with one row for each environment and one column for each step.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Option } from 'commander';
import { commandNamed } from '../cli';

const PROJECT = dirname(dirname(__dirname));

/** Top-level folders that a fresh checkout does not have. */
const NOT_CHECKED_OUT = ['.git', 'node_modules', 'cdk.out', 'coverage', '.local'];

/** Differences from this machine that a user's machine can have. */
interface Environment {
  readonly name: string;
  /** Version of Node.js, from npm. */
  readonly node?: string;
  /** Variables to set or, if undefined, to remove. */
  readonly variables?: NodeJS.ProcessEnv;
  /** Name of the folder that holds the copy. */
  readonly folder?: string;
  readonly umask?: string;
  readonly unprivileged?: boolean;
  /** Commands that are missing. */
  readonly without?: RegExp;
}

const ENVIRONMENTS: readonly Environment[] = [
  { name: 'Node.js 20.19', node: '20.19.0' },
  { name: 'Node.js 22', node: '22' },
  { name: 'Node.js 24', node: '24' },
  { name: 'LANG=C', variables: { LANG: 'C', LC_ALL: undefined } },
  { name: 'LANG unset', variables: { LANG: undefined, LC_ALL: undefined } },
  { name: 'LANG=de_DE.UTF-8', variables: { LANG: 'de_DE.UTF-8', LC_ALL: undefined } },
  { name: 'a user that is not root', unprivileged: true },
  { name: 'umask 077', umask: '077' },
  { name: 'a path with a space and ö', folder: 'my pröject' },
  { name: 'no git, no browser', without: /^(git|chrom|google-chrome|firefox)/ },
  { name: 'TZ=Pacific/Chatham', variables: { TZ: 'Pacific/Chatham' } },
];

type Step = (at: Place) => Promise<string | undefined>;

const BROWSER_TEST = { file: 'test/system/tools/demo/page', name: 'shows a published message' };

/** The steps, by name. Each returns a description of the problem, or undefined. */
const STEPS: Readonly<Record<string, Step>> = {
  install: async (at) => {
    const { problem, output } = await at.run('npm', 'ci');
    return problem ?? output.match(/^npm warn .*/m)?.[0];
  },
  synth: async (at) => (await at.run('npx', 'cdk', 'synth', '--quiet')).problem,
  start: (at) => at.start(),
  unit: async (at) => (await at.run('npx', 'jest', '--selectProjects', 'unit', '--maxWorkers', '100%')).problem,
  browser: async (at) => {
    const { problem, output } = await at.run('npx', 'jest', BROWSER_TEST.file, '-t', BROWSER_TEST.name);
    // Jest exits with 0 if no test has the name.
    return problem ?? (/^Tests:.* 1 passed/m.test(output) ? undefined : `no test is named "${BROWSER_TEST.name}"`);
  },
};

interface Row {
  readonly environment: string;
  /** Step → its duration in seconds, and its problem. Steps after one with a problem are absent. */
  readonly steps: Readonly<Record<string, { readonly seconds: number; readonly problem?: string }>>;
}

/** A copy of the project in an environment. */
class Place {
  private readonly folder: string;
  private readonly path: string;

  constructor(
    private readonly environment: Environment,
    private readonly root: string,
    node: string,
    private readonly stopping: AbortSignal,
  ) {
    this.folder = join(root, environment.folder ?? 'project');
    cpSync(PROJECT, this.folder, {
      recursive: true,
      filter: (file) => dirname(file) !== PROJECT || !NOT_CHECKED_OUT.includes(basename(file)),
    });
    this.path = this.commands(node);
    if (environment.unprivileged && isRoot()) {
      execFileSync('chown', ['-hR', `${UNPRIVILEGED.uid}:${UNPRIVILEGED.gid}`, root]);
    }
  }

  /** Runs a command until it ends. */
  async run(command: string, ...args: string[]): Promise<{ problem?: string; output: string }> {
    const child = this.spawn(command, args);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const [code, signal] = await once(child, 'close');
    return code === 0
      ? { output }
      : { output, problem: `${[command, ...args].join(' ')} exited with ${signal ?? code}:\n${output}` };
  }

  /** Starts the app, opens its page and one URL of its HTTP lane, and stops it as Ctrl-C does. */
  async start(): Promise<string | undefined> {
    const child = this.spawn('npm', ['start', '--silent', '--', '--json', '--port', '0']);
    const ended = once(child, 'close');
    const output: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
    let problem: string | undefined = 'exited before it was ready';
    for await (const line of createInterface({ input: child.stdout })) {
      output.push(line);
      const { event, pageUrl, endpoints = [] } = JSON.parse(line);
      if (event === 'ready') {
        const api: { url: string } | undefined = endpoints.find(({ kind }: { kind: string }) => kind === 'http');
        const statuses = await Promise.all(
          [pageUrl, `${api?.url}/health`].map(async (url) => (await fetch(url)).status),
        );
        problem =
          statuses.join() === '200,200'
            ? undefined
            : `the page and /health must respond with 200, got ${statuses.join(' and ')}`;
        signalGroup(child.pid, 'SIGINT');
      }
    }
    const [code, signal] = await ended;
    // Some shells exit with the signal that interrupted them.
    problem ??=
      code === 0 || signal === 'SIGINT'
        ? undefined
        : `must exit with 0 after Ctrl-C, got ${signal ?? `exit code ${code}`}`;
    return problem && `npm start: ${problem}\n${output.join('\n')}`;
  }

  private spawn(command: string, args: readonly string[]) {
    const { variables, umask = '022', unprivileged } = this.environment;
    const child = spawn('/bin/sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', command, ...args], {
      cwd: this.folder,
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => KEPT.test(name))),
        ...variables,
        PATH: this.path,
        HOME: this.root,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // In its own process group, so that a signal reaches every process that it starts.
      detached: true,
      ...(unprivileged && isRoot() && UNPRIVILEGED),
    });
    const kill = () => signalGroup(child.pid, 'SIGKILL');
    this.stopping.addEventListener('abort', kill);
    child.once('close', () => this.stopping.removeEventListener('abort', kill));
    return child;
  }

  /** @returns a value of PATH: this environment's Node.js, npm, and the system's commands. */
  private commands(node: string): string {
    const { without } = this.environment;
    const folder = join(this.root, 'bin');
    mkdirSync(folder);
    symlinkSync(node, join(folder, 'node'));
    for (const name of ['npm', 'npx']) {
      symlinkSync(join(npmFolder(), `${name}-cli.js`), join(folder, name));
    }
    if (!without) {
      return `${folder}:/usr/bin:/bin`;
    }
    for (const name of new Set(['/usr/bin', '/bin'].flatMap((path) => readdirSync(path)))) {
      if (!without.test(name) && !['node', 'npm', 'npx'].includes(name)) {
        symlinkSync(
          existsSync(join('/usr/bin', name)) ? join('/usr/bin', name) : join('/bin', name),
          join(folder, name),
        );
      }
    }
    return folder;
  }
}

/** Variables that an environment inherits: the locale and the network settings, but no personal settings. */
const KEPT =
  /^(LANG|LC_ALL|TZ|TERM|CI|npm_config_registry|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|(HTTPS?|NO)_PROXY)$/i;

/** The user `nobody`, for the environment whose user is not root. */
const UNPRIVILEGED = { uid: 65534, gid: 65534 };

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    process.kill(-(pid ?? Number.NaN), signal);
  } catch {
    // The group has already exited.
  }
}

/** @returns the folder of npm's own commands. */
function npmFolder(): string {
  const cli = process.env.npm_execpath;
  if (!cli) {
    throw new Error('The environment variable npm_execpath is not set. Fix: run `npm run check:matrix`.');
  }
  return dirname(cli);
}

/** Installs a version of Node.js from npm. @returns the path of its executable */
async function installNode(version: string, folder: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  mkdirSync(folder, { recursive: true });
  await promisify(execFile)('npm', ['install', '--no-save', '--prefix', folder, `${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin/node');
}

async function rowOf(environment: Environment, root: string, stopping: AbortSignal, report: Report): Promise<Row> {
  const steps: Record<string, { seconds: number; problem?: string }> = {};
  mkdirSync(root);
  try {
    const node = environment.node ? await installNode(environment.node, join(root, 'node')) : process.execPath;
    const place = new Place(environment, root, node, stopping);
    for (const [name, step] of Object.entries(STEPS)) {
      report(`${environment.name}: ${name}`);
      const start = performance.now();
      const problem = await step(place);
      steps[name] = { seconds: (performance.now() - start) / 1000, ...(problem && { problem }) };
      if (stopping.aborted) {
        report('stopped');
        break;
      }
      if (problem) {
        report(`${environment.name}: ${name} FAILED\n${problem}`);
        break;
      }
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return { environment: environment.name, steps };
}

type Report = (line: string) => void;

/** @returns the table as Markdown. */
function tableOf(rows: readonly Row[]): string {
  const names = Object.keys(STEPS);
  const cells = rows.map(({ environment, steps }) => [
    environment,
    ...names.map((name) => {
      const step = steps[name];
      return step ? (step.problem ? 'FAILED' : `${step.seconds.toFixed(0)} s`) : '-';
    }),
  ]);
  const table = [['environment', ...names], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(table[0] ?? []), rule, ...cells.map(line)].join('\n');
}

async function main(): Promise<void> {
  const names = ENVIRONMENTS.map(({ name }) => name);
  const { only, json } = commandNamed('npm run check:matrix --')
    .description(
      'For each environment, copies this folder to a temporary folder and runs npm ci, cdk synth, npm start, the unit tests and one browser test there. Requires Linux or macOS and access to the npm registry. Takes about 2 minutes for each environment.',
    )
    .addOption(new Option('--only <names...>', 'run only these environments').choices(names))
    .option('--json', 'print the table as JSON: [{"environment", "steps": {"install": {"seconds", "problem"?}, …}}]')
    .addHelpText(
      'after',
      `\nExit codes:\n  0  every step passed in every environment\n  1  a step failed\n\nEnvironments:\n${names.map((name) => `  ${name}`).join('\n')}\n`,
    )
    .parse()
    .opts<{ only?: string[]; json?: boolean }>();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort());
  }
  const top = mkdtempSync(join(tmpdir(), 'twinlane-matrix-'));
  chmodSync(top, 0o755);
  const rows: Row[] = [];
  try {
    const chosen = ENVIRONMENTS.filter(({ name }) => only?.includes(name) ?? true);
    for (const [index, environment] of chosen.entries()) {
      if (!stopping.signal.aborted) {
        const report: Report = (line) => console.error(`[${index + 1}/${chosen.length}] ${line}`);
        rows.push(await rowOf(environment, join(top, `${index}`), stopping.signal, report));
      }
    }
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
  console.log(json ? JSON.stringify(rows) : tableOf(rows));
  const passed = rows.every(({ steps }) => Object.keys(STEPS).every((name) => steps[name] && !steps[name].problem));
  process.exitCode = passed && !stopping.signal.aborted ? 0 : 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
