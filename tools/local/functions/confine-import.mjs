import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { inOpt, isOfRuntime, layerModules, within } = createRequire(import.meta.url)('./task-root.js');

/** Version of Node.js from which `import` finds modules of layers: https://aws.amazon.com/blogs/compute/node-js-18-x-runtime-now-available-in-aws-lambda/ */
const LAYERS_BY_IMPORT = 18;

let isOwn;
let opt;
let version;
/** URLs of files from which the modules of layers are resolved, and those from which the SDK is. */
let layerParents;
let sdkParents;

/** Module customization hook: what `import` finds for the function's own files. */
export function initialize(places) {
  ({ opt, version } = places);
  isOwn = within([places.taskRoot, ...(opt ? [opt] : [])]);
  const layers = version >= LAYERS_BY_IMPORT ? layerModules(opt, version) : [];
  layerParents = layers.map((folder) => urlIn(join(folder, '..')));
  sdkParents = [...places.sdkFolders.map(urlIn), import.meta.url];
}

/** Module customization hook. */
export async function resolve(specifier, context, next) {
  if (!context.parentURL?.startsWith('file:') || !isOwn(fileURLToPath(context.parentURL))) {
    return next(specifier, context);
  }
  const attempt = (wanted, parentURL) => next(wanted, { ...context, parentURL }).catch((error) => ({ error }));
  const own = await attempt(inOpt(specifier, opt), context.parentURL);
  if (isAllowed(own)) {
    return own;
  }
  for (const parentURL of isPackage(specifier) ? layerParents : []) {
    const found = await attempt(specifier, parentURL);
    if (isAllowed(found)) {
      return found;
    }
  }
  for (const parentURL of isOfRuntime(specifier, version) ? sdkParents : []) {
    const found = await attempt(specifier, parentURL);
    if (found.url) {
      return found;
    }
  }
  throw own.error ?? notFound(specifier, fileURLToPath(context.parentURL));
}

function isAllowed({ url }) {
  return url && (!url.startsWith('file:') || isOwn(fileURLToPath(url)));
}

function isPackage(specifier) {
  return !/^(\.{0,2}\/|[a-z]+:)/.test(specifier);
}

function urlIn(folder) {
  return pathToFileURL(join(folder, 'index.mjs')).href;
}

function notFound(specifier, parent) {
  const error = new Error(`Cannot find package '${specifier}' imported from ${parent}`);
  return Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}
