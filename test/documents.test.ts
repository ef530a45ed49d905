import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadAssembly } from '../tools/local';
import { scripts } from '../package.json';
import { captures, DOCUMENTS } from './support/documents';
import { synthesized } from './support/cloud-assembly';
import { examples } from '../tools/demo/examples';
import { stageStack } from './stack/stages';

const PROJECT = resolve(__dirname, '..');

const TESTS = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).map((file) => join('test', file));

describe.each(DOCUMENTS)('%s', (document) => {
  const text = readFileSync(join(PROJECT, document), 'utf8');

  test('contains only links to files that exist', () => {
    const links = captures(/\]\((?!https?:|#)([^)#\s]+)/g, text);
    expect(links.filter((link) => !existsSync(resolve(PROJECT, dirname(document), link)))).toEqual([]);
  });

  test('contains only paths that exist', () => {
    const paths = captures(/`((?:bin|lib|client|lambda|service|tools|test|docs)\/[\w./-]*)`/g, text);
    const created = captures(/^Create `([^`]+)`:$/gm, text);
    expect(paths.filter((path) => !created.includes(path) && !existsSync(join(PROJECT, path)))).toEqual([]);
  });

  test('contains only npm scripts that exist', () => {
    expect(captures(/npm run ([\w:-]+)/g, text).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('contains only test patterns that match a test', () => {
    const patterns = captures(/npx jest (test\/\S+?)[\s`]/g, text);
    expect(patterns.filter((pattern) => !TESTS.some((path) => path.includes(pattern)))).toEqual([]);
  });
});

test('README shows the commands that `npm start` prints at the end', () => {
  const [pool] = loadAssembly(synthesized((app) => void stageStack('dev', {}, app))).userPools;
  const commands = examples({
    http: 'http://localhost:4510',
    websocket: 'ws://localhost:4511',
    token: `http://127.0.0.1:4512/${pool?.userPoolId}/token`,
  }).map(({ command }) => command);
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.filter((command) => !readme.includes(command))).toEqual([]);
});

test('README says what the stage prod costs without connections, as docs/cost.md does', () => {
  const [, table = ''] = readFileSync(join(PROJECT, 'docs/cost.md'), 'utf8').split('## What grows');
  const [, , first = ''] = table.split('\n').filter((line) => line.startsWith('|'));
  const [api = '', servers = ''] = captures(/(\$[\d,]+)/g, first);
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  expect(readme).toContain(
    `costs ${api} a month with an API, and ${servers} with servers, before the first connection`,
  );
});
