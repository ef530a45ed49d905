import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const LIMIT = 6 * 1024;

test(`the client takes less than ${LIMIT} bytes, minified and gzipped`, () => {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(__dirname, '../../client/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    write: false,
  });
  expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
  const bytes = outputFiles.map(({ contents }) => gzipSync(contents).length);
  expect(bytes).toHaveLength(1);
  expect(bytes[0]).toBeLessThan(LIMIT);
});
