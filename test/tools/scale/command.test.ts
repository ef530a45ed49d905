import { command } from '../../../tools/scale/command';
import { published, unverified } from '../../../tools/scale/facts';

/** Runs the command. @returns its exit code, its standard output and its standard error */
async function run(args: string[]) {
  const [printed, errors]: [string[], string[]] = [[], []];
  const exitCode = await command(args, {
    stdout: { write: (text) => printed.push(text) },
    stderr: { write: (text) => errors.push(text), isTTY: false },
  });
  return { exitCode, printed: printed.join(''), errors: errors.join('') };
}

describe('npm run scale', () => {
  it('prints the result, every limit and every assumption', async () => {
    const { exitCode, printed, errors } = await run(['--connections', '1e4']);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(printed).toMatch(
      /^load {8}10,000 connections on 1 topic, 0.0167 messages a second on each, 512 bytes each\nbroadcast {3}after a pause, one message reaches half of its topic in /,
    );
    expect(printed.match(/^ {2}.{21} [█·]{24} +[\d.]+ % {2}of /gm)).toHaveLength(13);
    for (const [name, { value, unit }] of unverified()) {
      expect(printed).toContain(`${name} ${value} ${unit}`);
    }
  });

  it('names the shortest batching window with which a load is sustained', async () => {
    const load = ['--connections', '1e5', '--rate', '1'];
    expect((await run(load)).printed).toContain(
      'no: API Gateway requests. Fix: --max-batching-window 10, or a higher quota',
    );
    expect((await run([...load, '--max-batching-window', '10'])).printed).toContain('\nsustained   yes\n');
    expect((await run([...load, '--max-batching-window', '9'])).printed).toContain('\nsustained   no: ');
  });

  it('suggests no batching window where requests of clients alone exceed the quota', async () => {
    const { printed } = await run(['--connections', '1e7']);
    expect(printed).toContain('\nbroadcast   not possible: the requests of clients alone exceed the quota\n');
    expect(printed).toMatch(/\nsustained {3}no: .*\. Fix: request a higher quota, or lower the load\n/);
  });

  it('suggests no batching window against a limit that no window helps', async () => {
    const { printed } = await run(['--connections', '10', '--rate', '420']);
    expect(printed).toContain('\nsustained   no: appends to a topic. Fix: request a higher quota, or lower the load\n');
  });

  it('prints one JSON object with --json, and null for a time that never comes', async () => {
    const { printed } = await run(['--connections', '2e3', '--json']);
    expect(JSON.parse(printed)).toMatchObject({ load: { connections: 2000 }, reconnectSeconds: 4 });
    const { broadcast } = JSON.parse((await run(['--connections', '1e7', '--json'])).printed);
    expect(broadcast).toMatchObject({ half: null, all: null });
  });

  it('prints the tasks, their limits and the cost of servers', async () => {
    const { exitCode, printed, errors } = await run(['--entry', 'servers', '--connections', '3e4']);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(printed).toMatch(/\nposts {7}0 a second to tasks, /);
    expect(printed).toMatch(
      /\ntasks {7}10, which use 60 % of their connections and [\d.]+ % of their CPU; 10\.0 LCUs of the load balancer\n/,
    );
    expect(printed).toMatch(
      /\ncost {8}\$\d+ a month for the entry and its posts, in us-east-1, including \$\d+ for transfer to clients over the internet\n/,
    );
    expect(printed).toMatch(/^ {2}Fargate vCPUs {9}[█·]{24} +42 % {2}of 6 vCPUs/m);
    expect(printed).not.toContain('  API Gateway');
  });

  it('names the part of the cost that is the transfer to clients, or the price of CloudFront with --gateway cloudFront', async () => {
    const load = ['--connections', '1e5', '--rate', '1'];
    for (const entry of ['apiGateway', 'servers']) {
      const without = (await run([...load, '--entry', entry])).printed;
      const { printed, errors } = await run([...load, '--entry', entry, '--gateway', 'cloudFront']);
      expect(errors).toBe('');
      expect(without).not.toContain('CloudFront');
      expect(without).toMatch(
        /\ncost {8}\$[\d,]+ a month .*, including \$10,\d{3} for transfer to clients over the internet\n/,
      );
      expect(printed).toMatch(
        /\ncost {8}\$[\d,]+ a month for the entry and its posts, in us-east-1, including \$9,\d{3} for CloudFront with its transfer to clients\n/,
      );
      const costOf = JSON.parse((await run([...load, '--entry', entry, '--json'])).printed).cost;
      expect(costOf).toMatchObject({ gateway: 0, transfer: expect.closeTo(10_253, -1) });
      const { cost } = JSON.parse(
        (await run([...load, '--entry', entry, '--gateway', 'cloudFront', '--json'])).printed,
      );
      expect(cost.gateway).toBeGreaterThan(9000);
      expect(cost.transfer).toBe(0);
    }
  });

  it('suggests no batching window for servers, because no quota limits their posts', async () => {
    const { printed } = await run(['--entry', 'servers', '--connections', '1e5']);
    expect(printed).toContain('\nsustained   no: Fargate vCPUs. Fix: request a higher quota, or lower the load\n');
  });

  it('says with --help that a load balancer as the gateway adds no cost and is no choice', async () => {
    const { printed } = await run(['--help']);
    expect(printed.replace(/\s+/g, ' ')).toContain(
      'The load balancer as the gateway adds no cost, so it is no choice here: use none',
    );
  });

  it('describes every option with --help', async () => {
    const { exitCode, printed, errors } = await run(['--help']);
    expect([exitCode, errors]).toEqual([0, '']);
    expect(printed).toMatch(
      /--entry <entry>.*--gateway <gateway>.*--connections <count>.*--max-batching-window.*--connections-per-task.*--send-cpu.*--push-memory.*--cold.*--tables.*Exit codes:/s,
    );
    for (const [name, { source }] of [...unverified(), ...published()]) {
      expect(printed).toContain(`  ${name} `);
      expect(printed).toContain(source);
    }
  });

  it.each([
    [['--connections', 'many'], "'many' is invalid. Fix: use a whole number from 1 to 100000000."],
    [['--connections', '1.5'], 'Fix: use a whole number from 1 to'],
    [['--rate', '-1'], 'Fix: use a number from 0 to 10000.'],
    [['--push-memory', '100'], 'Fix: use a whole number from 128 to 10240.'],
    [['--entry', 'ec2'], 'Allowed choices are apiGateway, servers.'],
    [['--gateway', 'kong'], 'Allowed choices are none, cloudFront.'],
    [['--connections-per-task', '0'], 'Fix: use a whole number from 1 to 60000.'],
    [['--rate', ''], 'Fix: use a number from 0 to 10000.'],
    [['--topics', '5', '--connections', '4'], '--topics must be at most --connections, got 5 > 4'],
    [['--conections', '5'], "unknown option '--conections'"],
  ])('rejects the arguments %j with a message, and exits with 2', async (args, message) => {
    const { exitCode, printed, errors } = await run(args);
    expect([exitCode, printed]).toEqual([2, '']);
    expect(errors).toContain(message);
  });
});
