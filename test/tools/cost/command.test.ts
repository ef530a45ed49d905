import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, type Synthesize } from '../../../tools/cost/command';
import { Billed } from '../../../tools/scale/bill-facts';
import { stageTemplate } from '../../stack/stages';

const today = new Date('2026-11-28');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlane-cost-'));
  const artifact = (name: string) => ({
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/us-east-1',
    properties: { templateFile: `${name}.json`, stackName: `Twinlane-${name}` },
  });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { prod: artifact('prod') } }));
  writeFileSync(join(folder, 'prod.json'), JSON.stringify(stageTemplate('prod').toJSON()));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command. @returns its exit code, its outputs, and the contexts with which it synthesized */
async function run(args: string[], { columns, from = folder }: { columns?: number; from?: string } = {}) {
  const [printed, errors, contexts]: [string[], string[], (readonly string[])[]] = [[], [], []];
  const synthesize: Synthesize = async <Result>(
    context: readonly string[],
    use: (from: string) => Result,
  ): Promise<Awaited<Result>> => {
    contexts.push(context);
    return await use(from);
  };
  const terminal = {
    stdout: { columns, write: (text: string) => printed.push(text) },
    stderr: { write: (text: string) => errors.push(text), isTTY: false },
  };
  const exitCode = await command(args, terminal, today, synthesize);
  return { exitCode, printed: printed.join(''), errors: errors.join(''), contexts };
}

describe('npm run cost', () => {
  it('prints the lines of each part with their sums, and the marks of prices as notes', async () => {
    const { exitCode, printed, errors, contexts } = await run(['-c', 'stage=prod', '--connections', '1e4']);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(contexts).toEqual([['stage=prod']]);
    expect(printed).toMatch(/^Twinlane-prod: \$[\d,]+\.\d\d a month, in us-east-1, without taxes/);
    expect(printed).toContain(
      '  API Gateway; 10,000 connections on 1 topic; 0.0167 messages a second on each topic, 512 bytes each',
    );
    expect(printed).toMatch(/\nFloor: billed by time +\$161\.34\n {2}load balancers +730 hour +\$16\.43\n/);
    expect(printed).toMatch(/\n {2}web ACLs +1 ACL-month +\$5\.00 \[\d+\]\n/);
    expect(printed).toMatch(/\n {2}pings and their answers \* +[\d,]+ message +\$[\d.]+ \[\d+\]\n/);
    expect(printed).toMatch(/\n {2}traces of connect \* /);
    expect(printed).toMatch(/\n {2}access log of the API \* /);
    expect(printed).toMatch(/\nSum +\$[\d,]+\.\d\d\n/);
    expect(printed).toMatch(
      /\nA silent connection +\$0\.\d{4}, with its pings and without messages\nA million publishes +\$/,
    );
    expect(printed).toMatch(/\n {2}\[1\] WAF, web ACL: older than a year, from source \(2024-07-01\); infracost/);
  });

  it('prints the same messages on managed services, with their assumptions, and only notes for prices that it uses', async () => {
    const { printed } = await run(['--connections', '1e5', '--rate', '1/60']);
    const at = printed.indexOf('The same messages on managed services');
    expect(printed.slice(at)).toMatch(/\n {2}Twinlane, this stage +\$[\d,]+\.\d\d\n/);
    expect(printed).toMatch(/\n {2}AppSync Events +\$[\d,]+\.\d\d \[\d+, \d+\]\n {4}no order of messages\n/);
    expect(printed).toMatch(/\] AppSync Events, connection minute: no date, unverified;/);
    expect(printed).toMatch(/\n {2}Pusher Channels: no price, /);
    expect(printed).not.toMatch(/\] Pusher Channels/);
  });

  it('names the quotas and the most tasks that a load exceeds, because its bill cannot occur unless they are raised', async () => {
    const exceeded = (text: string) =>
      /This load exceeds (.*)\. The bill assumes that they are raised/.exec(text.replaceAll(/\n +/g, ' '))?.[1];
    expect(exceeded((await run(['--connections', '1e5', '--rate', '1'])).printed)).toBe('API Gateway requests');
    expect(exceeded((await run(['--connections', '100'])).printed)).toBeUndefined();
    const busy = ['--connections', '100', '--http-requests-per-second', '1000'];
    expect(exceeded((await run(busy)).printed)).toBe('HTTP tasks (21 needed, at most 10)');
    expect(JSON.parse((await run([...busy, '--json'])).printed).exceeded).toEqual([
      'HTTP tasks (21 needed, at most 10)',
    ]);
  });

  it('prints one JSON object with --json, with the load, the lines and the sums', async () => {
    const { printed } = await run(['--app', folder, '--connections', '2e3', '--json']);
    const bill = JSON.parse(printed);
    expect(bill).toMatchObject({
      stack: 'Twinlane-prod',
      load: { connections: 2000, entry: 'apiGateway' },
      freeTier: true,
    });
    expect(bill.lines[0]).toMatchObject({ part: 'floor', what: 'load balancers', quantity: 730, unit: 'hour' });
  });

  it('compares the stage with managed services in the JSON object, without data to clients and users', async () => {
    const { usd, parts, services } = JSON.parse((await run(['--connections', '2e4', '--json'])).printed);
    expect(parts.users).toBe(150);
    expect(services[0]).toEqual({
      service: 'Twinlane, this stage',
      usd: expect.closeTo(usd - parts.dataOut - parts.users, 2),
    });
    expect(services).toContainEqual({ service: 'AppSync Events', usd: expect.any(Number), known: expect.any(String) });
    expect(services).toContainEqual(
      expect.objectContaining({ service: 'Pusher Channels', reason: expect.any(String) }),
    );
  });

  it('has 1,000 connections by default, and prints the users of the user pool as a part of their own', async () => {
    const { printed } = await run([]);
    expect(printed).toContain(' 1,000 connections on 1 topic; ');
    expect(printed).toMatch(
      /\nUsers of the user pool \(Cognito\) +\$0\.00\n {2}active users \(--users\) \* +1,000 MAU/,
    );
  });

  it('wraps sentences and notes at the width of the terminal, and keeps the columns of the lines', async () => {
    const { printed } = await run(['--connections', '1e5', '--rate', '1'], { columns: 100 });
    expect(printed.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(printed).toMatch(/\n {2}\[1\] .*\n {6}\S/);
  });

  it('says that the prices are those of us-east-1 for a stack in another Region', async () => {
    const from = mkdtempSync(join(tmpdir(), 'twinlane-cost-elsewhere-'));
    cpSync(join(folder, 'prod.json'), join(from, 'prod.json'));
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    writeFileSync(join(from, 'manifest.json'), manifest.replace('us-east-1', 'eu-central-1'));
    expect((await run([], { from })).printed).toMatch(
      /^Twinlane-prod: .* in eu-central-1, .*\n {2}The prices are those of us-east-1\. In eu-central-1, they can differ\.\n/,
    );
    expect(JSON.parse((await run(['--json'], { from })).printed)).toMatchObject({
      region: 'eu-central-1',
      pricesOf: 'us-east-1',
    });
    expect((await run([])).printed).not.toContain('The prices are those of');
  });

  it('takes a rate as a fraction', async () => {
    expect(JSON.parse((await run(['--rate', '1/10', '--json'])).printed).load.rate).toBe(0.1);
  });

  it('reads a cloud assembly with --app, without a synthesis', async () => {
    const { exitCode, contexts } = await run(['--app', folder]);
    expect([exitCode, contexts]).toEqual([0, []]);
  });

  it('takes the messages of all topics together with --messages-per-second', async () => {
    const of = async (args: string[]) => JSON.parse((await run(['--json', '--topics', '100', ...args])).printed);
    const all = await of(['--messages-per-second', '50']);
    expect(all.load.rate).toBe(0.5);
    expect(all.usd).toBe((await of(['--rate', '0.5'])).usd);
  });

  it('bills the free amounts of the account with --without-free-tier', async () => {
    const usd = async (args: string[]) => JSON.parse((await run(['--json', ...args])).printed).usd;
    expect(await usd(['--without-free-tier'])).toBeGreaterThan(await usd([]));
  });

  it('describes every option and every assumption with --help', async () => {
    const { exitCode, printed, errors } = await run(['--help']);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(printed).toMatch(
      /--context.*--app.*--stack.*--connections.*--topics.*--rate.*--messages-per-second.*--bytes.*--ping-interval.*--http-requests-per-second.*--users.*--without-free-tier.*--json.*Exit codes:.*Examples:/s,
    );
    for (const [name, { basis, source }] of Object.entries(Billed)) {
      expect(printed.includes(name) && printed.includes(source)).toBe(basis === 'unverified');
    }
  });

  it.each([
    [['--connections', 'many'], "'many' is invalid. Fix: use a whole number from 1 to 100000000."],
    [['--rate', '-1'], 'Fix: use a number from 0 to 10000.'],
    [['--rate', '1/0'], 'Fix: use a number from 0 to 10000.'],
    [['--rate', '1/2/3'], 'Fix: use a number from 0 to 10000.'],
    [['--rate', '1/'], 'Fix: use a number from 0 to 10000.'],
    [['--connections', '8/4'], 'Fix: use a whole number from 1 to 100000000.'],
    [
      ['--messages-per-second', '1e10', '--topics', '1'],
      '--messages-per-second must be at most 10000 for each of the --topics, got 10000000000 for 1. Fix: lower it, or raise --topics',
    ],
    [['--rate', '1', '--messages-per-second', '1'], "cannot be used with option '--rate <per second>'"],
    [['--topics', '5', '--connections', '4'], '--topics must be at most --connections, got 5 > 4'],
    [['-c', 'prod'], 'context must look like stage=prod, got prod. Fix: write -c KEY=VALUE'],
    [
      ['--app', 'cdk.out', '-c', 'stage=prod'],
      "option '--app <folder>' cannot be used with option '-c, --context <key=value>'",
    ],
    [['--conections', '5'], "unknown option '--conections'"],
    [['--app', '/nowhere'], 'cannot be read as a part of a cloud assembly. Fix: pass a folder that cdk synth wrote.'],
    [['--stack', 'Other'], 'The cloud assembly has no stack Other, got Twinlane-prod.'],
  ])('rejects the arguments %j with a message, and exits with 2', async (args, message) => {
    const { exitCode, printed, errors } = await run(args);
    expect([exitCode, printed]).toEqual([2, '']);
    expect(errors).toContain(message);
  });
});
