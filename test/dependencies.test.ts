import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');

/** What the files of a folder may import from the project, beside their own folder; and whether they may import packages. */
const ALLOWED: Record<string, { project: RegExp[]; packages?: RegExp }> = {
  'lambda/realtime': { project: [], packages: /^$/ },
  'lambda/adapters': { project: [/^lambda\/(realtime\/|environment)/], packages: /^(aws4$|node:)/ },
  lambda: { project: [] },
  // It goes into pages: no package, and of the project only what costs next to nothing.
  client: { project: [/^lambda\/realtime\/(protocol|backoff)$/], packages: /^$/ },
  service: { project: [/^lambda\/(realtime|adapters)\//, /^lambda\/(environment|logger)$/] },
  lib: { project: [/^lambda\/(environment|origin-secret)$/] },
  verify: { project: [/^lib\/(outputs|settings\/names)$/] },
  // Knows lanes by their URLs alone; looks as verify does on a terminal.
  probe: { project: [/^verify\/(table|terminal)$/] },
  // Driven by the template alone: it knows nothing of this app.
  local: { project: [] },
  bench: {
    project: [
      ...[/^lib\/(stable-template|bundles)$/, /^lambda\/(realtime|adapters)\//, /^cdk\.json$/],
      /^tools\/browser$/,
    ],
  },
  // What runs the tests knows nothing of what they test.
  tools: { project: [] },
  // What goes into a browser, and in build what puts it there.
  page: { project: [/^client$/, /^lambda\/realtime\/protocol$/], packages: /^(uplot|esbuild|node:.*)$/ },
  simulate: {
    project: [/^lambda\/realtime\/(protocol|backoff|delivery|posting|sharding)$/, /^lib\/settings\/aws-limits$/],
    packages: /^commander$/,
  },
  bin: { project: [/^(lib|local|page|verify|probe|bench|simulate)\//] },
};

/** @returns every import of the folder, as `file → what it imports`. */
function importsOf(folder: string): { file: string; imported: string }[] {
  return readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .flatMap((file) =>
      [...readFileSync(join(PROJECT, file), 'utf8').matchAll(/^(?:import|export)\s[^;]*?from '([^']+)'/gms)].map(
        ([, imported = '']) => ({ file, imported }),
      ),
    );
}

test.each(Object.entries(ALLOWED))('%s imports only what lies further in', (folder, { project, packages = /./ }) => {
  const imports = importsOf(folder);
  const offences = imports.filter(({ file, imported }) => {
    if (!imported.startsWith('.')) {
      return !packages.test(imported);
    }
    const path = relative(PROJECT, resolve(PROJECT, dirname(file), imported));
    return !path.startsWith(`${folder}/`) && !project.some((allowed) => allowed.test(path));
  });
  expect(imports.length).toBeGreaterThan(0);
  expect(offences).toEqual([]);
});

test('the protocol imports nothing: a browser client shares it', () => {
  const imports = importsOf('lambda/realtime').filter(({ file }) => file === 'lambda/realtime/protocol.ts');
  expect(imports).toEqual([]);
});
