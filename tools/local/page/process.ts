import { runPart } from '../part';
import { tokenUrl } from '../supervisor/token-url';
import { PageServer } from './page-server';

/** The process that serves the page. */
runPart(async ({ blueprint, addresses, page = '' }) => {
  const { page: address } = addresses;
  if (!address) {
    throw new Error('The page has no address: the template names none');
  }
  const server = new PageServer(page, blueprint, { ...addresses, page: address }, tokenUrl(blueprint, addresses));
  await server.listen(address.port);
  return { update: async () => undefined, stop: () => server.close() };
});
