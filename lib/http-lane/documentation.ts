import { join } from 'node:path';

const swaggerUi = join(require.resolve('swagger-ui-dist/package.json'), '..');

/** The documentation page's files, laid beside the service's bundle: the page is served from the package itself. */
export const documentation = Object.fromEntries(
  ['swagger-ui.css', 'swagger-ui-bundle.js'].map((file) => [`documentation/${file}`, join(swaggerUi, file)]),
);
