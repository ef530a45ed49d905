import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseSync } from '@swc/core';
import { exports as packageExports } from '../../package.json';

const PROJECT = resolve(__dirname, '..', '..');

/** A node of swc's syntax tree. */
type Node = Readonly<Record<string, unknown>>;

/** The declarations and imports of one file. */
interface Source {
  /** Declarations by name. */
  readonly declared: ReadonlyMap<string, Node>;
  /** Imports by local name: the file of the project, and the exported name. */
  readonly imported: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
}

function read(file: string): Source {
  const declared = new Map<string, Node>();
  const imported = new Map<string, { file: string; name: string }>();
  const { body } = parseSync(readFileSync(file, 'utf8'), { syntax: 'typescript' });
  for (const item of body as unknown as Node[]) {
    const declaration = (item.declaration ?? item) as Node;
    const name = textOf(declaration.identifier ?? declaration.id);
    if (name) {
      declared.set(name, declaration);
    }
    const from = textOf(item.source);
    for (const { local, imported: there, orig, exported } of from?.startsWith('.') ? (item.specifiers as Node[]) : []) {
      const here = textOf(local ?? exported ?? orig) ?? '';
      imported.set(here, { file: resolve(dirname(file), `${from}.ts`), name: textOf(there ?? orig) ?? here });
    }
  }
  return { declared, imported };
}

function textOf(node: unknown): string | undefined {
  return (node as { value?: string } | null | undefined)?.value;
}

/** A type declared in the project. */
interface Declaration {
  readonly file: string;
  readonly name: string;
  readonly node: Node;
}

/** @returns the declaration of a name, resolved through imports; undefined for a name of a package or of the language. */
function find(file: string, name: string): Declaration | undefined {
  const { declared, imported } = read(file);
  const node = declared.get(name);
  if (node) {
    return { file, name, node };
  }
  const origin = imported.get(name);
  return origin && find(origin.file, origin.name);
}

/** @returns the names of all types in the public part of a declaration. */
function namesIn(node: unknown): string[] {
  if (Array.isArray(node)) {
    return node.flatMap(namesIn);
  }
  if (typeof node !== 'object' || node === null) {
    return [];
  }
  const { type, accessibility, key, ...rest } = node as Node;
  const isMember = type === 'ClassMethod' || type === 'ClassProperty' || type === 'Constructor';
  if (isMember && (accessibility === 'private' || textOf(key)?.startsWith('_'))) {
    return [];
  }
  switch (type) {
    case 'FunctionBody':
      return [];
    case 'TsTypeReference':
      return [textOf(rest.typeName) ?? '', ...namesIn(rest.typeParams)];
    case 'TsExpressionWithTypeArguments':
      return [textOf(rest.expression) ?? '', ...namesIn(rest.typeArguments)];
    case 'ClassDeclaration':
      return [...namesIn(rest.body), ...namesIn(rest.implements)];
    case 'ClassProperty':
      return namesIn(rest.typeAnnotation);
    case 'AssignmentPattern':
      return namesIn(rest.left);
    default:
      return Object.values(rest).flatMap(namesIn);
  }
}

/** @returns the names of all types in the public part of a declaration and of its base, even if the base is not exported. */
function usedBy({ file, node }: Declaration, known: ReadonlySet<string>): Declaration[] {
  const used = namesIn(node)
    .map((name) => find(file, name))
    .filter((declaration) => declaration !== undefined);
  const base = find(file, textOf(node.superClass) ?? '');
  return base && !known.has(idOf(base)) ? [...used, ...usedBy(base, known)] : used;
}

function idOf({ file, name }: Declaration): string {
  return `${file}#${name}`;
}

/** @returns the types that public declarations of `entries` use but no entry exports: `NAME, used by NAME`. */
function missingFrom(entries: readonly string[]): string[] {
  const exported = entries
    .flatMap((file) => [...read(file).imported.keys()].map((name) => find(file, name)))
    .filter((declaration) => declaration !== undefined);
  const known = new Set(exported.map(idOf));
  const missing = exported.flatMap((user) =>
    usedBy(user, known)
      .filter((used) => !known.has(idOf(used)))
      .map((used) => `${used.name}, used by ${user.name}`),
  );
  return [...new Set(missing)].sort();
}

test('every type in a public signature can be imported from the package', () => {
  const types = Object.values(packageExports).flatMap((target) => (typeof target === 'object' ? [target.types] : []));
  const entries = types.map((path) => join(PROJECT, path.replace('./dist/', '').replace('.d.ts', '.ts')));
  expect(entries.length).toBeGreaterThan(0);
  expect(missingFrom(entries)).toEqual([]);
});

test('a type that is not exported is reported in a prop, a parameter, a result and a base, but not in a private member', () => {
  const folder = mkdtempSync(join(tmpdir(), 'exports-'));
  writeFileSync(join(folder, 'index.ts'), "export { A, type AProps } from './a';");
  writeFileSync(
    join(folder, 'a.ts'),
    `import type { Parameter } from './b';
     interface Prop {}
     interface Result {}
     interface InBase {}
     interface Hidden {}
     export interface AProps { readonly prop?: readonly Prop[] }
     class Base { readonly inBase: InBase | undefined }
     export class A extends Base {
       private readonly hidden: Hidden | undefined;
       readonly _internal: Hidden | undefined;
       constructor(props: AProps, options: Partial<Parameter> = {}) { super(); const local: Hidden = {}; }
       result(): Map<string, Result> { const local: Hidden = {}; return new Map(); }
     }`,
  );
  writeFileSync(join(folder, 'b.ts'), 'export interface Parameter {}');
  expect(missingFrom([join(folder, 'index.ts')])).toEqual([
    'InBase, used by A',
    'Parameter, used by A',
    'Prop, used by AProps',
    'Result, used by A',
  ]);
});
