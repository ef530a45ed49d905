const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { basename, dirname, join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const { confineRequire } = require('./confine-require');
const { runtimeError } = require('./runtime-error');
const { within } = require('./task-root');

/**
 * Loads a handler as the managed runtime does: `index.handler`, `folder/file.handler` or `index.nested.handler`, from
 * `.js`, `.mjs`, `.cjs` or no extension, as CommonJS or as an ES module.
 *
 * @param name what the template calls the handler
 * @param places `{taskRoot, opt, sdkFolders, version}`, as of `confineRequire`. From version 24 on, a handler with a callback is
 *   refused
 * @returns the function; throws what Lambda reports: `Runtime.ImportModuleError` and its siblings
 */
exports.loadHandler = async (name, places) => {
  const { taskRoot, version } = places;
  const [, file, path] = /^([^.]+)\.(.+)$/.exec(basename(name)) ?? [];
  if (!file) {
    throw runtimeError('MalformedHandlerName', 'Bad handler');
  }
  process.chdir(taskRoot);
  confineRequire(places);
  const confineImport = once(() =>
    Module.register('./confine-import.mjs', pathToFileURL(__filename), { data: places }),
  );
  beforeImport(places, confineImport);
  const exported = await load(taskRoot, join(dirname(name), file), confineImport);
  const handler = path.split('.').reduce((value, key) => value?.[key], exported);
  if (handler === undefined) {
    throw runtimeError('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw runtimeError('HandlerNotFound', `${name} is not a function`);
  }
  if (handler.length >= 3 && version >= 24) {
    throw runtimeError(
      'CallbackHandlerDeprecated',
      `${name} takes a callback, which Lambda's runtimes from nodejs24.x on refuse: return a promise instead`,
    );
  }
  return handler;
};

async function load(taskRoot, module, confineImport) {
  const base = resolve(taskRoot, module);
  const file = ['.js', '.mjs', '.cjs', ''].map((extension) => base + extension).find(existsSync);
  try {
    if (file && isEsModule(file)) {
      confineImport();
      return await import(pathToFileURL(file).href);
    }
    return require(file ?? base);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw runtimeError('UserCodeSyntaxError', String(error), error);
    }
    if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(error?.code)) {
      throw runtimeError('ImportModuleError', file ? String(error) : `Error: Cannot find module '${module}'`, error);
    }
    throw error;
  }
}

/** Calls `confine` before the first CommonJS file with an `import()` runs. It takes some 60 ms, so others do without it. */
function beforeImport({ taskRoot, opt }, confine) {
  const isOwn = within([taskRoot, ...(opt ? [opt] : [])]);
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, ...rest) {
    if (isOwn(filename) && /\bimport\s*\(/.test(content)) {
      confine();
    }
    return compile.call(this, content, filename, ...rest);
  };
}

function once(step) {
  let done = false;
  return () => {
    if (!done) {
      done = true;
      step();
    }
  };
}

/** @returns true if `import` must load the file. Node.js detects the syntax of a `.js` file without a package.json itself */
function isEsModule(file) {
  return file.endsWith('.mjs') || (file.endsWith('.js') && packageType(dirname(file)) === 'module');
}

/** The `type` in the nearest package.json. */
function packageType(folder) {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) {
    return JSON.parse(readFileSync(manifest, 'utf8')).type;
  }
  return folder === dirname(folder) ? undefined : packageType(dirname(folder));
}
