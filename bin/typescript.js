/**
 * Lets Node load TypeScript: `node -r ./bin/typescript.js FILE.ts`. swc strips the types in this process and checks
 * none; `npm run check:types` does that. Why not tsx or ts-node: docs/decisions/0003-synth-in-a-second.md.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');

process.setSourceMapsEnabled(true);

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, sourceMaps: 'inline' });
  module._compile(code, filename);
};
