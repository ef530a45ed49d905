import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { loadAssembly } from '../local/assembly/load-assembly';
import { scripts } from '../package.json';
import { synthesized } from './local/assembly/assembly-directory';
import { stageStack } from './stack/stages';

const PROJECT = resolve(__dirname, '..');

const DOCUMENTS = [
  ...readdirSync(PROJECT).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

const TESTS = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).map((file) => join('test', file));

/** @returns what `pattern` captures in `text`, each once. */
function captures(pattern: RegExp, text: string): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

describe.each(DOCUMENTS)('%s', (document) => {
  const text = readFileSync(join(PROJECT, document), 'utf8');

  test('links to files that exist', () => {
    const links = captures(/\]\((?!https?:|#)([^)#\s]+)/g, text);
    expect(links.filter((link) => !existsSync(resolve(PROJECT, dirname(document), link)))).toEqual([]);
  });

  test('names paths that exist', () => {
    const paths = captures(/`((?:bin|lib|client|lambda|service|verify|bench|test|docs)\/[\w./-]*)`/g, text);
    expect(paths.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
  });

  test('names scripts that exist', () => {
    expect(captures(/npm run ([\w:-]+)/g, text).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('names tests that exist', () => {
    const patterns = captures(/npx jest (test\/\S+?)[\s`]/g, text);
    expect(patterns.filter((pattern) => !TESTS.some((path) => path.includes(pattern)))).toEqual([]);
  });
});

test('README shows the commands that `npm start` ends with', () => {
  const { examples, userPools } = loadAssembly(synthesized((app) => void stageStack('dev', {}, app)));
  const urls: Record<string, string> = {
    '{http}': 'http://localhost:4510',
    '{websocket}': 'ws://localhost:4511',
    '{tokens}': `http://127.0.0.1:4512/${userPools[0]?.userPoolId}/token`,
  };
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  const commands = examples.map(({ command }) => command.replace(/{\w+}/g, (name) => urls[name] ?? name));
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.filter((command) => !readme.includes(command))).toEqual([]);
});

test('every TypeScript block of a document compiles', () => {
  const folder = mkdtempSync(join(__dirname, 'documents-'));
  try {
    for (const document of DOCUMENTS) {
      const blocks = captures(/^```ts\n(.*?)^```$/gms, readFileSync(join(PROJECT, document), 'utf8'));
      for (const [index, block] of blocks.entries()) {
        // A block reads as if it stood in the project's own folder.
        const code = block.replace(/from '\.\//g, `from '${relative(folder, PROJECT)}/`);
        writeFileSync(join(folder, `${document.replace(/\W/g, '-')}-${index}.ts`), `${code}\nexport {};\n`);
      }
    }
    expect(readdirSync(folder).length).toBeGreaterThanOrEqual(3);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        // Pages are modules, which may await.
        compilerOptions: { lib: ['ES2023', 'DOM'], module: 'ESNext', moduleResolution: 'Bundler' },
        include: ['*.ts'],
      }),
    );
    const { stdout } = spawnSync('npx', ['tsc', '-p', folder], { cwd: PROJECT, encoding: 'utf8' });
    expect(stdout).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
