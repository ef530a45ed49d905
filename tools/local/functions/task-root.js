/**
 * A deployed function finds its own files, its layers, Node's modules and the SDK of the managed runtime, and nothing else. On a
 * desk the project's node_modules lie above the assembly, so a dependency that was never bundled would be found here and missing
 * there: these say what may be found.
 */
const { existsSync, realpathSync } = require('node:fs');
const { isAbsolute, join, sep } = require('node:path');

/** Version of Node.js from which the managed runtimes carry version 3 of the SDK. Earlier ones carry version 2. */
const SDK_V3 = 18;

/**
 * @param specifier what a function imports, such as `@aws-sdk/client-sqs`
 * @param version of the function's Node.js, such as 24
 * @returns whether the managed runtime itself carries it
 */
exports.isOfRuntime = (specifier, version) =>
  (version < SDK_V3 ? /^aws-sdk(\/|$)/ : /^@(aws-sdk|smithy)\//).test(specifier);

/** @returns a predicate: whether a file lies in one of the folders. What is no path, such as `node:fs`, lies nowhere. */
exports.within = (folders) => {
  const prefixes = folders.filter(existsSync).map((folder) => realpathSync(folder) + sep);
  return (path) => isAbsolute(path) && prefixes.some((prefix) => path.startsWith(prefix));
};

/**
 * @param opt the folder that stands for `/opt`; undefined without layers
 * @param version of the function's Node.js
 * @returns the folders of modules in the layers, the first one first
 */
exports.layerModules = (opt, version) =>
  opt ? [join(opt, `nodejs/node${version}/node_modules`), join(opt, 'nodejs/node_modules')] : [];

/** @returns the specifier; for a path below `/opt`, the path in the folder that stands for it */
exports.inOpt = (specifier, opt) => (opt && specifier.startsWith('/opt/') ? join(opt, specifier.slice(5)) : specifier);
