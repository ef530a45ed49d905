import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { isOfRuntime, within } = createRequire(import.meta.url)('./task-root.js');

let isOwn;

/** Module customization hook: what `import` finds for the function's own files. */
export function initialize(taskRoot) {
  isOwn = within(taskRoot);
}

/** Module customization hook. */
export async function resolve(specifier, context, next) {
  if (!context.parentURL?.startsWith('file:') || !isOwn(fileURLToPath(context.parentURL))) {
    return next(specifier, context);
  }
  const found = await next(specifier, context).catch((error) => ({ error }));
  if (found.url && (!found.url.startsWith('file:') || isOwn(fileURLToPath(found.url)))) {
    return found;
  }
  if (isOfRuntime(specifier)) {
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
  throw found.error ?? notFound(specifier, fileURLToPath(context.parentURL));
}

function notFound(specifier, parent) {
  const error = new Error(`Cannot find package '${specifier}' imported from ${pathToFileURL(parent)}`);
  return Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}
