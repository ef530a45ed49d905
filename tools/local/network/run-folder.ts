import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { METADATA_ADDRESSES } from './aws-names';

/** Files that processes of a run read, so that their calls to AWS reach the front. Plain data. */
export interface RunFolder {
  /** Preloaded by Node.js. */
  readonly preload: string;
  /** PEM: the authority of the run. */
  readonly authority: string;
  /** PEM: the authority of the run and the usual ones, for programs that read only one file. */
  readonly authorities: string;
  /** Folder with a program `node` that preloads {@link preload}. */
  readonly bin: string;
  /** Folder of modules that Python loads at its start. */
  readonly python: string;
}

export interface RunFolderOptions {
  /** Port of the front. */
  readonly port: number;
  /** Certificate of the authority, as PEM. */
  readonly authority: string;
  /** Domains and hosts whose connections go to the front. */
  readonly redirected: { readonly domains: readonly string[]; readonly hosts: readonly string[] };
}

/** Writes the files of a run into a new temporary folder. @returns them, and a function that removes the folder */
export function newRunFolder({ port, authority, redirected }: RunFolderOptions): {
  folder: RunFolder;
  remove: () => void;
} {
  const root = mkdtempSync(join(tmpdir(), 'twinlane-run-'));
  const folder: RunFolder = {
    preload: join(root, 'preload.js'),
    authority: join(root, 'authority.pem'),
    authorities: join(root, 'authorities.pem'),
    bin: join(root, 'bin'),
    python: join(root, 'python'),
  };
  const { domains, hosts } = redirected;
  const settings = { port, domains, hosts, metadata: METADATA_ADDRESSES };
  const variables = confinement(folder, {});
  const forNode = JSON.stringify({ ...settings, preload: folder.preload, variables });
  writeFileSync(folder.preload, `require(${JSON.stringify(join(__dirname, 'connect.js'))})(${forNode});\n`);
  writeFileSync(folder.authority, authority);
  writeFileSync(folder.authorities, [authority, ...rootCertificates].join('\n'));
  mkdirSync(folder.bin);
  writeFileSync(join(folder.bin, 'node'), nodeScript(folder));
  chmodSync(join(folder.bin, 'node'), 0o755);
  mkdirSync(folder.python);
  writeFileSync(join(folder.python, 'sitecustomize.py'), siteCustomization(settings));
  return { folder, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/**
 * @param variables - the variables of a process. Its own NODE_OPTIONS, PYTHONPATH and PATH are kept
 * @returns the variables that make its calls to AWS reach the front, if it runs Node.js or Python
 */
export function confinement(folder: RunFolder, variables: Readonly<Record<string, string>>): Record<string, string> {
  return {
    NODE_OPTIONS: [`--require=${quoted(folder.preload)}`, variables.NODE_OPTIONS].filter(Boolean).join(' '),
    NODE_EXTRA_CA_CERTS: folder.authority,
    PYTHONPATH: [folder.python, variables.PYTHONPATH].filter(Boolean).join(delimiter),
    SSL_CERT_FILE: folder.authorities,
    REQUESTS_CA_BUNDLE: folder.authorities,
    AWS_CA_BUNDLE: folder.authorities,
    CURL_CA_BUNDLE: folder.authorities,
    ...(variables.PATH !== undefined && { PATH: `${folder.bin}${delimiter}${variables.PATH}` }),
  };
}

/** For a script that replaces NODE_OPTIONS, such as `NODE_OPTIONS=--enable-source-maps node server.js`. */
function nodeScript({ preload, authority }: RunFolder): string {
  return `#!/bin/sh
case "$NODE_OPTIONS" in
  *${shellQuoted(preload)}*) ;;
  *) NODE_OPTIONS=${shellQuoted(`--require=${quoted(preload)}`)}" $NODE_OPTIONS"; export NODE_OPTIONS ;;
esac
NODE_EXTRA_CA_CERTS=${shellQuoted(authority)}; export NODE_EXTRA_CA_CERTS
exec ${shellQuoted(process.execPath)} "$@"
`;
}

/** A module of this name of the user's own environment is loaded, too. */
function siteCustomization(settings: object): string {
  return `import importlib.machinery
import importlib.util
import json
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
_writes = sys.dont_write_bytecode
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(join(__dirname, 'python'))})
import twinlane_connect

del sys.path[0]
sys.dont_write_bytecode = _writes
twinlane_connect.confine(**json.loads(${JSON.stringify(JSON.stringify(settings))}))

_next = importlib.machinery.PathFinder.find_spec(
    "sitecustomize", [path for path in sys.path if os.path.abspath(path or ".") != _here]
)
if _next and _next.loader:
    _next.loader.exec_module(importlib.util.module_from_spec(_next))
`;
}

/** NODE_OPTIONS separates options by spaces. */
function quoted(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path;
}

function shellQuoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
