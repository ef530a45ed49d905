const Module = require('node:module');
const { isAbsolute } = require('node:path');
const { isOfRuntime, within } = require('./task-root');

/** Confines what `require` finds for the function's own files. {@link ./confine-import.mjs} does it for `import`. */
exports.confineRequire = (taskRoot) => {
  const isOwn = within(taskRoot);
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    if (!parent?.filename || !isOwn(parent.filename)) {
      return resolve.call(this, request, parent, ...rest);
    }
    const found = attempt(() => resolve.call(this, request, parent, ...rest));
    if (found.path && (!isAbsolute(found.path) || isOwn(found.path))) {
      return found.path;
    }
    if (isOfRuntime(request)) {
      return resolve.call(this, request, module);
    }
    throw found.error ?? notFound(request, parent.filename);
  };
};

function attempt(resolve) {
  try {
    return { path: resolve() };
  } catch (error) {
    return { error };
  }
}

function notFound(request, parent) {
  const error = new Error(`Cannot find module '${request}'\nRequire stack:\n- ${parent}`);
  return Object.assign(error, { code: 'MODULE_NOT_FOUND', requireStack: [parent] });
}
