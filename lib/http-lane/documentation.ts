import { join } from 'node:path';

const swaggerUi = join(require.resolve('swagger-ui-dist/package.json'), '..');

/** Files of the documentation page, copied next to the service's bundle, so that the service can serve the page itself. */
export const documentation = Object.fromEntries(
  ['swagger-ui.css', 'swagger-ui-bundle.js'].map((file) => [`documentation/${file}`, join(swaggerUi, file)]),
);
