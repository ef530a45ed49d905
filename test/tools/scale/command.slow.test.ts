import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { command } from '../../../tools/scale/command';
import { unverified } from '../../../tools/scale/facts';

/** Runs the command. @returns its exit code, its standard output and its standard error */
async function run(args: string[], isTTY = false) {
  const [printed, errors]: [string[], string[]] = [[], []];
  const exitCode = await command(args, {
    stdout: { write: (text) => printed.push(text) },
    stderr: { write: (text) => errors.push(text), isTTY },
  });
  return { exitCode, printed: printed.join(''), errors: errors.join('') };
}

describe('npm run simulate', () => {
  it('prints the result, every limit and every assumption', async () => {
    const { exitCode, printed, errors } = await run(['--connections', '1e4']);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(printed).toMatch(
      /^load {8}10,000 connections on 1 topic, 1 published in 60 s, 512 bytes each\nlatency {5}p50 /,
    );
    expect(printed.match(/^ {2}.{21} [█·]{24} +[\d.]+ % {2}of /gm)).toHaveLength(10);
    for (const [name, { value, unit }] of unverified()) {
      expect(printed).toContain(`${name} ${value} ${unit}`);
    }
  });

  it('prints one JSON object with --json', async () => {
    const { printed } = await run(['--connections', '2e3', '--seed', '7', '--json']);
    expect(JSON.parse(printed)).toMatchObject({
      scenario: { connections: 2000, seed: 7 },
      deliveries: { made: 2000, givenUp: 0 },
      reconnectSeconds: 4,
    });
  });

  it('shows its progress on a terminal, and clears it at the end', async () => {
    expect((await run(['--connections', '1e7'], true)).errors).toMatch(/^\r.* simulated, \d+ % .*\r.\[K$/s);
  });

  it('describes every option with --help', async () => {
    const { exitCode, printed, errors } = await run(['--help']);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(printed).toMatch(/--connections <count>.*--max-batching-window.*--tables.*Exit codes:/s);
  });

  it.each([
    [['--connections', 'many'], "'many' is invalid. Fix: use a whole number from 1 to 100000000."],
    [['--connections', '1.5'], 'Fix: use a whole number from 1 to'],
    [['--rate', '-1'], 'Fix: use a number from 0 to 10000.'],
    [['--rate', ''], 'Fix: use a number from 0 to 10000.'],
    [['--seed', 'NaN'], 'Fix: use a whole number from 0 to 4294967295.'],
    [['--topics', '5', '--connections', '4'], '--topics must be at most --connections, got 5 > 4'],
    [['--connections', '1e7', '--rate', '60'], 'messages × shards must be at most 10000000, got 58982400'],
    [['--conections', '5'], "unknown option '--conections'"],
  ])('rejects the arguments %j with a message, and exits with 2', async (args, message) => {
    const { exitCode, printed, errors } = await run(args);
    expect([exitCode, printed]).toEqual([2, '']);
    expect(errors).toContain(message);
  });

  it('exits as a process with the exit code of the command', () => {
    const args = ['-r', './bin/typescript.js', 'tools/scale/main.ts', '--duration', 'long'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: join(__dirname, '../../..'),
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Fix: use a number from 1 to 1000000.');
  });
});
