import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FunctionBlueprint } from '../blueprint';
import type { NotEmulated } from './not-emulated';
import { importsBoto3, isInstalled, sdkImportsOf } from './sdk-imports';

/**
 * @param assembly - absolute path of the cloud assembly
 * @param cwd - the folder of the command
 * @returns the folders from which functions find the SDK of the managed runtime: the packages that the app has installed
 */
export function sdkFoldersOf(assembly: string, cwd: string): string[] {
  return [...new Set([assembly, ...(existsSync(join(cwd, 'cdk.json')) ? [cwd] : [])])];
}

/**
 * Adds a row for packages of the SDK that the runtimes have on AWS and this machine has not, and for those that a runtime does not have.
 *
 * @param hasSdk - returns true if the Python interpreter at the path has the SDK
 */
export function addMissingSdk(
  functions: readonly FunctionBlueprint[],
  hasSdk: (interpreter: string) => boolean,
  notEmulated: NotEmulated,
): void {
  const missing = new Map<FunctionBlueprint, readonly string[]>();
  const withoutBoto3 = functions.filter(
    (fn) => fn.interpreter !== undefined && !hasSdk(fn.interpreter) && importsBoto3(fn),
  );
  for (const { logicalId, interpreter } of withoutBoto3) {
    const names = withoutBoto3.map((fn) => fn.logicalId).join(', ');
    const meaning = `These functions import boto3, which Lambda's runtime has and the interpreter does not: ${names}. Fix: run ${interpreter} -m pip install boto3.`;
    notEmulated.add('AWS SDK for Python', logicalId, meaning);
  }
  for (const fn of functions) {
    const version = Number(/^nodejs(\d+)/.exec(fn.runtime)?.[1]);
    if (!version) continue;
    const imports = sdkImportsOf(fn);
    const here = imports.filter((name) => isOfRuntime(name, version) && !isHere(name, fn));
    if (here.length > 0) missing.set(fn, here);
    addAbsent(
      fn,
      imports.filter((name) => !isOfRuntime(name, version)),
      notEmulated,
    );
  }
  addRow(missing, notEmulated);
}

function addRow(missing: ReadonlyMap<FunctionBlueprint, readonly string[]>, notEmulated: NotEmulated): void {
  const [first] = missing.keys();
  if (!first) return;
  const sentences = [...missing].map(([{ logicalId }, names]) => `${logicalId} imports ${names.join(', ')}.`).join(' ');
  const packages = [...new Set([...missing.values()].flat())].map((name) => (name === 'aws-sdk' ? 'aws-sdk@2' : name));
  const folder = projectOf(first.sdkFolders?.[0] ?? '.');
  const meaning = `${sentences} Lambda's runtime has these packages, and this machine does not. Fix: run npm install --no-save ${packages.join(' ')} in ${folder}.`;
  for (const { logicalId } of missing.keys()) notEmulated.add('AWS SDK for JavaScript', logicalId, meaning);
}

function addAbsent(
  { logicalId, runtime }: FunctionBlueprint,
  names: readonly string[],
  notEmulated: NotEmulated,
): void {
  if (names.length === 0) return;
  const type = `AWS SDK for JavaScript (${names.join(', ')}, ${runtime})`;
  notEmulated.add(
    type,
    logicalId,
    `The runtime does not have these packages, so importing them fails here, as on AWS. Fix: add them to the code of ${logicalId}.`,
  );
}

/** The same rule as in functions/task-root.js, which runs in the function's process. */
function isOfRuntime(name: string, version: number): boolean {
  return (name === 'aws-sdk') === version < 18;
}

function isHere(name: string, { sdkFolders = [] }: FunctionBlueprint): boolean {
  return [...sdkFolders, __dirname].some((folder) => isInstalled(name, folder));
}

/** The nearest folder with a package.json. */
function projectOf(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? folder : projectOf(parent);
}
