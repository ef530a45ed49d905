import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

/** Entry → maximum of its bytes. The entry for React contains neither React nor the client. */
const LIMITS = { index: 6 * 1024, react: 1200 };

test.each(Object.entries(LIMITS))('client/%s.ts takes less than %d bytes, minified and gzipped', (entry, limit) => {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(__dirname, `../../client/${entry}.ts`)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['react'],
    metafile: true,
    write: false,
  });
  expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
  const bytes = outputFiles.map(({ contents }) => gzipSync(contents).length);
  expect(bytes).toHaveLength(1);
  expect(bytes[0]).toBeLessThan(limit);
});
