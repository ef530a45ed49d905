import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../../tools/preflight');

const SOURCES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, text: readFileSync(join(FOLDER, path), 'utf8') }));

/** One import of named things from an SDK client, such as `import { type A, BCommand } from '@aws-sdk/client-x'`. */
const IMPORT = /import \{([^}]*)\} from '@aws-sdk\/client-[a-z0-9-]+'/g;

describe('npm run preflight is read-only: it', () => {
  it('imports only clients, read-only commands and types from the AWS SDK', () => {
    const imports = SOURCES.flatMap(({ text }) => [...text.matchAll(IMPORT)]);
    const names = imports.flatMap(([, list = '']) => list.split(',').map((name) => name.trim()));

    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !/^(?:type \w+|\w+Client|(?:Get|Describe|List)\w+Command|)$/.test(name))).toEqual([]);
    expect(SOURCES.flatMap(({ text }) => text.match(/@aws-sdk|@smithy/g) ?? [])).toHaveLength(imports.length);
  });

  it('starts only the CDK CLI and Docker, and fetches no page', () => {
    const starting = SOURCES.filter(({ text }) =>
      /node:child_process|\/process-group'|\bfetch\(|node:(?:http|https|net|tls)'/.test(text),
    );

    expect(starting.map(({ path }) => path).sort()).toEqual(['docker.ts', 'synthesize.ts']);
  });
});
