import { runPart } from '../part';
import { tokenUrl } from '../supervisor/token-url';
import { PageServer } from './page-server';

/** The process that serves the page. */
runPart(async ({ blueprint, addresses, page = '' }) => {
  const server = new PageServer(page, blueprint, addresses, tokenUrl(blueprint, addresses));
  await server.listen(addresses.page?.port ?? 0);
  return { update: async () => undefined, stop: () => server.close() };
});
