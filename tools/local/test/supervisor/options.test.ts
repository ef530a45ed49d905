import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemblyOptionsOf, parseOptions } from '../../supervisor/options';

const HELP = { name: 'run', description: '', examples: [] };
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function valuesOf(...args: string[]): Readonly<Record<string, string>> {
  return parseOptions(['node', 'run', ...args], HELP).values;
}

/** The path of a file with this text. */
function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-env-'));
  folders.push(folder);
  writeFileSync(join(folder, '.env'), text);
  return join(folder, '.env');
}

test('without options there are no values', () => {
  expect(valuesOf()).toEqual({});
});

test('each --parameter is a value, which can contain an equals sign', () => {
  expect(valuesOf('--parameter', 'Stage=dev', '--parameter', 'Shop:Query=a=b', '--parameter', 'Empty=')).toEqual({
    Stage: 'dev',
    'Shop:Query': 'a=b',
    Empty: '',
  });
});

test('each line of --env-file is a value, with comments, quotes and every kind of name', () => {
  const file = fileWith(`# Values of my machine
ImageUri=web:1
Shop:Stage=dev
/shop/host=localhost
ssm:shop-host=localhost
secretsmanager:shop/login='{"user":"me"}'
secretsmanager:shop/login:password="p#1"
import:Network-Endpoint=localhost
Database.Endpoint.Address=127.0.0.1
`);
  expect(valuesOf('--env-file', file)).toEqual({
    ImageUri: 'web:1',
    'Shop:Stage': 'dev',
    '/shop/host': 'localhost',
    'ssm:shop-host': 'localhost',
    'secretsmanager:shop/login': '{"user":"me"}',
    'secretsmanager:shop/login:password': 'p#1',
    'import:Network-Endpoint': 'localhost',
    'Database.Endpoint.Address': '127.0.0.1',
  });
});

test('the last file has precedence over the files before it, and --parameter over every file', () => {
  const files = [fileWith('A=1\nB=1\nC=1'), fileWith('B=2\nC=2')].flatMap((file) => ['--env-file', file]);
  expect(valuesOf('--parameter', 'C=3', ...files)).toEqual({ A: '1', B: '2', C: '3' });
});

describe('a wrong option', () => {
  let printed = '';

  beforeEach(() => {
    printed = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    jest.spyOn(process, 'exit').mockImplementation(() => {
      throw new Error('exit');
    });
  });

  afterEach(() => jest.restoreAllMocks());

  it.each([
    [['--parameter', 'Stage'], 'Fix: pass a name and a value, such as Stage=dev.'],
    [['--parameter', '=dev'], 'Fix: pass a name and a value, such as Stage=dev.'],
    [
      ['--env-file', '/no/such/file'],
      'It cannot be read (ENOENT). Fix: pass the path of a file with lines NAME=VALUE.',
    ],
  ])('%j ends the process with a fix', (args, fix) => {
    expect(() => valuesOf(...args)).toThrow('exit');
    expect(printed).toContain(fix);
  });
});

test('a command line selects stacks, and the place of stacks without one', () => {
  const place = ['--region', 'eu-west-1', '--account', '111122223333'];
  const args = ['--stack', 'Dev/*', '--stack', 'Names', ...place, '--parameter', 'A=b'];
  expect(assemblyOptionsOf(parseOptions(['node', 'run', ...args], HELP))).toEqual({
    stacks: ['Dev/*', 'Names'],
    region: 'eu-west-1',
    account: '111122223333',
    values: { A: 'b' },
  });
});

test('a command line without these options selects all stacks', () => {
  expect(assemblyOptionsOf(parseOptions(['node', 'run'], HELP))).toEqual({ stacks: [], values: {} });
});
