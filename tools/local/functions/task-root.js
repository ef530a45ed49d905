/**
 * A deployed function finds its own files, Node's modules and the SDK of the managed runtime, and nothing else. On a desk
 * the project's node_modules lie above the assembly, so a dependency that was never bundled would be found here and missing
 * there: these two say what may be found.
 */
const { realpathSync } = require('node:fs');
const { isAbsolute, sep } = require('node:path');

/** Packages that the managed Node.js runtimes carry. */
const RUNTIME_PACKAGES = /^@(aws-sdk|smithy)\//;

/** @returns whether the managed runtime itself carries what the specifier names. */
exports.isOfRuntime = (specifier) => RUNTIME_PACKAGES.test(specifier);

/** @returns a predicate: whether a file lies in the folder. What is no path, such as `node:fs`, lies nowhere. */
exports.within = (folder) => {
  const prefix = realpathSync(folder) + sep;
  return (path) => isAbsolute(path) && path.startsWith(prefix);
};
