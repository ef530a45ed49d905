import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** An interpreter on this machine. */
export interface Python {
  /** Path of the executable. */
  readonly path: string;
  /** True if it has the SDK, boto3. */
  readonly hasSdk: boolean;
}

/** @param version - `3.12`. @returns an interpreter of this version, or undefined if there is none */
export type FindPython = (version: string) => Python | undefined;

/** Prints the version, the path, and whether boto3 is installed. A command can be a script around the interpreter, as those of pyenv. */
const PROBE = `
import importlib.util, json, sys
version = "%d.%d" % sys.version_info[:2]
print(json.dumps([version, sys.executable, importlib.util.find_spec("boto3") is not None]))
`;

interface Machine {
  /** The variable PATH. */
  readonly path: string;
  readonly home: string;
  /** @returns the output of PROBE, or undefined if the command fails */
  readonly probe: (command: string) => string | undefined;
}

/** Finds an interpreter on PATH, by its version first, then in the versions that pyenv has installed. */
export const installedPython: FindPython = (version) =>
  findPython(version, { path: process.env.PATH ?? '', home: homedir(), probe });

/** {@link installedPython}, on any machine. Exported for its test */
export function findPython(version: string, { path, home, probe: run }: Machine): Python | undefined {
  const folders = path.split(delimiter).filter(Boolean);
  const candidates = [
    ...[`python${version}`, 'python3', 'python'].flatMap((name) => folders.map((folder) => join(folder, name))),
    ...pyenvVersions(home, version).map((folder) => join(folder, 'bin/python')),
  ];
  for (const candidate of new Set(candidates.filter(existsSync))) {
    const [found, executable = '', hasSdk = false]: [string?, string?, boolean?] = JSON.parse(run(candidate) ?? '[]');
    if (found === version) return { path: executable, hasSdk };
  }
  return undefined;
}

/** The newest version first. */
function pyenvVersions(home: string, version: string): string[] {
  const folder = join(home, '.pyenv/versions');
  if (!existsSync(folder)) return [];
  const patchOf = (name: string) => Number(name.split('.')[2]);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${version}.`))
    .sort((a, b) => patchOf(b) - patchOf(a))
    .map((name) => join(folder, name));
}

function probe(command: string): string | undefined {
  const { status, stdout } = spawnSync(command, ['-c', PROBE], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? stdout : undefined;
}
