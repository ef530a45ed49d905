/**
 * Lets Node load TypeScript: `node -r ./bin/typescript.js FILE.ts`. swc strips the types in this process without checking
 * them; `npm run check:types` checks them. docs/decisions/0003-synth-in-a-second.md compares it with tsx and ts-node.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');

process.setSourceMapsEnabled(true);

Module._extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), { filename, sourceMaps: 'inline' });
  module._compile(code, filename);
};
