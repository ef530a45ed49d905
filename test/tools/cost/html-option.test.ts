import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../../tools/cost/command';
import { readPlannedStack } from '../../../tools/preflight/planned-stack';
import { readStage } from '../../../tools/cost/read-stage';
import { tables } from '../../../tools/cost/tables';
import { testApp } from '../../lib/synthesized';
import { stageStack } from '../../stack/stages';
import { recordingTerminal } from '../recording-terminal';
import { TODAY } from './html-page';

let folder: string;
let assembly: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlane-cost-page-'));
  assembly = join(folder, 'cdk.out');
  const app = testApp({ outdir: assembly });
  stageStack('dev', {}, app);
  app.synth();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command on the assembly of the stage `dev`. */
async function run(...args: string[]) {
  const terminal = recordingTerminal();
  const exitCode = await command(['--app', assembly, ...args], terminal, TODAY, () =>
    Promise.reject(new Error('the command must not synthesize')),
  );
  return { exitCode, printed: terminal.printed(), errors: terminal.errors() };
}

describe('npm run cost', () => {
  it('writes the bill that it prints as a page with --html, for its load and for 100 to 1,000,000 connections', async () => {
    const file = join(folder, 'bill.html');
    const { exitCode, printed, errors } = await run('--connections', '2000', '--html', file);
    expect([exitCode, errors]).toEqual([0, `The bill as a web page: ${file}\n`]);
    const [, dollars = ''] = /^Twinlane-dev: \$([\d,]+)\.\d\d a month/.exec(printed) ?? [];
    const page = readFileSync(file, 'utf8');
    expect(
      Math.abs(amountOf(/<h1>\$([\d,]+) a month for 2,000 connections<\/h1>/, page) - amount(dollars)),
    ).toBeLessThanOrEqual(1);
    for (const connections of ['100', '1,000', '10,000', '100,000', '1,000,000']) {
      expect(page).toContain(`aria-label="${connections} connections: $`);
    }
  });

  it('reports a file of --html that cannot be written without a bill, and exits with 2', async () => {
    const file = join(folder, 'missing', 'bill.html');
    const { exitCode, printed, errors } = await run('--html', file);
    expect([exitCode, printed]).toEqual([2, '']);
    expect(errors).toMatch(/^The file of --html cannot be written: ENOENT.* Fix: use a path in a folder that exists/);
    expect(existsSync(file)).toBe(false);
  });

  it('prints the tables of the document with --tables, from the stages with each entry and gateway', async () => {
    const stage = readStage(readPlannedStack(assembly).resources);
    const terminal = recordingTerminal();
    const exitCode = await command(
      ['--tables'],
      terminal,
      TODAY,
      () => Promise.reject(new Error('unused')),
      () => Promise.resolve(() => stage),
    );
    expect([exitCode, terminal.errors()]).toEqual([0, '']);
    expect(terminal.printed()).toBe(tables(() => stage));
  });
});

function amountOf(pattern: RegExp, text: string): number {
  return amount(pattern.exec(text)?.[1] ?? 'nothing');
}

function amount(text: string): number {
  return Number(text.replaceAll(',', ''));
}
