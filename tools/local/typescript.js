/**
 * Lets Node.js load this package's TypeScript: `node -r FILE`. Every process of a run is started with it. swc strips the types and
 * checks none. Its options are here, not in a `.swcrc`: that file is looked for in the folder where the process runs.
 *
 * Keeps the JavaScript of each file below `node_modules/.cache`, because a run starts several processes that load the same files.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join } = require('node:path');
const { version } = require('@swc/core/package.json');

process.setSourceMapsEnabled(true);

const OPTIONS = {
  swcrc: false,
  sourceMaps: 'inline',
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs' },
};

const CACHE = join(dirname(require.resolve('@swc/core/package.json')), '..', '..', '.cache', 'twinlane-local');

/** Everything that decides what swc prints, besides the file. */
const COMPILER = JSON.stringify([version, OPTIONS]);

const hashOf = (...texts) => createHash('sha256').update(JSON.stringify(texts)).digest('hex');

Module._extensions['.ts'] = (module, filename) => {
  const source = readFileSync(filename, 'utf8');
  const kept = join(CACHE, `${hashOf(filename)}.js`);
  // At the end of a kept file: a line before the code would shift the lines of its source map.
  const mark = `\n// ${hashOf(COMPILER, source)}\n`;
  let code = read(kept);
  if (!code?.endsWith(mark)) {
    code = require('@swc/core').transformSync(source, { ...OPTIONS, filename }).code + mark;
    keep(kept, code);
  }
  module._compile(code, filename);
};

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Writes a file in one step, because processes that start together write the same files. Does nothing if it cannot. */
function keep(file, text) {
  const written = `${file}.${process.pid}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(written, text);
    renameSync(written, file);
  } catch {
    // The next process compiles the file again.
  }
}
