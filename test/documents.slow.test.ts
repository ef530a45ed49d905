import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { DOCUMENTS } from './support/documents';

const PROJECT = resolve(__dirname, '..');

/** The parts of packages that documents use and this repository does not install. */
const NOT_INSTALLED = `
declare module 'vue' {
  export function onScopeDispose(run: () => void): void;
  export function shallowRef<T>(): { value: T | undefined };
}
declare module 'react-native' {
  export const AppState: {
    addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
  };
}
`;

test('every TypeScript block in the documents compiles', () => {
  const folder = mkdtempSync(join(__dirname, 'documents-'));
  try {
    for (const document of DOCUMENTS) {
      const text = readFileSync(join(PROJECT, document), 'utf8');
      // A block is compiled as the file that the line before it names, or else as a file in the root folder of the project.
      const blocks = [...text.matchAll(/(?:^Create `([^`]+)`:\n\n)?^```(tsx?)\n(.*?)^```$/gms)];
      for (const [index, [, file = 'block.ts', extension = '', block = '']] of blocks.entries()) {
        const code = block.replace(
          /from '(\.\.?\/[^']+)'/g,
          (_, path) => `from '${relative(folder, join(PROJECT, dirname(file), path))}'`,
        );
        writeFileSync(join(folder, `${document.replace(/\W/g, '-')}-${index}.${extension}`), `${code}\nexport {};\n`);
      }
    }
    expect(readdirSync(folder).length).toBeGreaterThanOrEqual(3);
    writeFileSync(join(folder, 'not-installed.d.ts'), NOT_INSTALLED);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        // Pages are modules, which can use top-level await.
        compilerOptions: {
          ...{ lib: ['ES2023', 'DOM'], module: 'ESNext', moduleResolution: 'Bundler', jsx: 'react-jsx' },
          paths: { '@twinlane/client': ['../../client/index.ts'], '@twinlane/client/react': ['../../client/react.ts'] },
        },
        include: ['*.ts', '*.tsx'],
      }),
    );
    const { stdout } = spawnSync('npx', ['tsc', '-p', folder], { cwd: PROJECT, encoding: 'utf8' });
    expect(stdout).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
