import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPython } from '../../assembly/python';
import { emptyDirectory } from './assembly-directory';

/**
 * A machine with these commands: path below its home → version, or undefined for a command that fails.
 */
function machine(commands: Readonly<Record<string, string | undefined>>, path: readonly string[] = ['bin']) {
  const home = emptyDirectory();
  for (const command of Object.keys(commands)) {
    mkdirSync(dirname(join(home, command)), { recursive: true });
    writeFileSync(join(home, command), '');
  }
  const probed: string[] = [];
  const find = (version: string) =>
    findPython(version, {
      home,
      path: path.map((folder) => join(home, folder)).join(':'),
      probe: (command) => {
        const name = command.slice(home.length + 1);
        probed.push(name);
        const found = commands[name];
        return found && JSON.stringify([found, command, name.includes('sdk')]);
      },
    });
  return { find: (version: string) => find(version)?.path.slice(home.length + 1), probed, all: find };
}

test('the interpreter whose name has the version is found first', () => {
  const { find, probed } = machine({ 'bin/python3': '3.12', 'bin/python3.12': '3.12' });
  expect(find('3.12')).toBe('bin/python3.12');
  expect(probed).toEqual(['bin/python3.12']);
});

test('the order of PATH decides between two folders', () => {
  const { find } = machine({ 'venv/python3.12': '3.12', 'bin/python3.12': '3.12' }, ['venv', 'bin']);
  expect(find('3.12')).toBe('venv/python3.12');
});

test('python3 is found if it has the version', () => {
  const { find } = machine({ 'bin/python3': '3.11' });
  expect(find('3.11')).toBe('bin/python3');
  expect(find('3.12')).toBeUndefined();
});

test('a command that fails, as that of pyenv for a version that is not active, is passed over', () => {
  const { find } = machine(
    {
      'shims/python3.12': undefined,
      '.pyenv/versions/3.12.9/bin/python': '3.12',
      '.pyenv/versions/3.12.10/bin/python': '3.12',
      '.pyenv/versions/3.1.2/bin/python': '3.1',
    },
    ['shims'],
  );
  expect(find('3.12')).toBe('.pyenv/versions/3.12.10/bin/python');
});

test('an interpreter says whether it has the SDK', () => {
  const { all } = machine({ 'sdk/python3.12': '3.12', 'bin/python3.13': '3.13' }, ['sdk', 'bin']);
  expect(all('3.12')?.hasSdk).toBe(true);
  expect(all('3.13')?.hasSdk).toBe(false);
});
