const Module = require('node:module');
const { dirname, isAbsolute, join } = require('node:path');
const { inOpt, isOfRuntime, within } = require('./task-root');

/**
 * Confines what `require` finds for the function's own files and its layers. {@link ./confine-import.mjs} does it for `import`.
 *
 * @param places `{taskRoot, opt, sdkFolders, version}`: the folder of the code; that of the layers, if any; the folders from which
 *   the SDK is resolved before the runner's own; the version of the function's Node.js
 */
exports.confineRequire = ({ taskRoot, opt, sdkFolders, version }) => {
  const isOwn = within([taskRoot, ...(opt ? [opt] : [])]);
  const resolve = Module._resolveFilename;
  const sdkParents = [...sdkFolders.map((folder) => join(folder, 'index.js')), __filename].map(parentAt);
  Module._resolveFilename = function (request, parent, ...rest) {
    if (!parent?.filename || !isOwn(parent.filename)) {
      return resolve.call(this, request, parent, ...rest);
    }
    const found = attempt(() => resolve.call(this, inOpt(request, opt), parent, ...rest));
    if (found.path && (!isAbsolute(found.path) || isOwn(found.path))) {
      return found.path;
    }
    const path = isOfRuntime(request, version) && firstOf(sdkParents, (one) => resolve.call(this, request, one));
    if (path) {
      return path;
    }
    throw isOtherError(found.error) ? found.error : notFound(request, parent, isOwn);
  };
};

/** @returns a module in the place of a file, from which `require` resolves */
function parentAt(filename) {
  return Object.assign(new Module(filename), { filename, paths: Module._nodeModulePaths(dirname(filename)) });
}

function firstOf(parents, resolve) {
  for (const parent of parents) {
    const { path } = attempt(() => resolve(parent));
    if (path) {
      return path;
    }
  }
  return undefined;
}

function attempt(resolve) {
  try {
    return { path: resolve() };
  } catch (error) {
    return { error };
  }
}

function isOtherError(error) {
  return error && error.code !== 'MODULE_NOT_FOUND';
}

/** @returns Node's error, with the function's own files as the require stack */
function notFound(request, parent, isOwn) {
  const requireStack = [];
  for (let one = parent; one; one = one.parent) {
    if (isOwn(one.filename ?? '')) {
      requireStack.push(one.filename);
    }
  }
  const places = requireStack.map((path) => `\n- ${path}`).join('');
  const error = new Error(`Cannot find module '${request}'\nRequire stack:${places}`);
  return Object.assign(error, { code: 'MODULE_NOT_FOUND', requireStack });
}
