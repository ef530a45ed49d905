import type { QueueContents, TableContents } from '../aws/contents';
import { CONTENTS_PATH } from '../aws/contents-page';
import type { Running } from '../running';
import { consoleApp } from './app';
import type { ConsoleSource } from './console';
import { rowsOfItems, rowsOfMessages } from './rows';

/** Maximum number of items or messages that the console shows. */
const ROWS = 50;

/** @returns the source of the console of a running app */
export function sourceOf(running: Pick<Running, 'blueprint' | 'urls'>): ConsoleSource {
  return {
    app: () => consoleApp(running.blueprint, running.urls),
    async rows(arn) {
      const query = new URLSearchParams({ arn, limit: String(ROWS) });
      const response = await fetch(`${running.urls.aws}${CONTENTS_PATH}?${query}`);
      if (!response.ok) {
        return undefined;
      }
      const contents = (await response.json()) as TableContents | QueueContents;
      return 'items' in contents
        ? rowsOfItems(contents.keys, contents.items, contents.more)
        : rowsOfMessages(contents.messages, contents.more);
    },
    async token(pool, parameters) {
      const endpoint = running.urls.endpoints.find(({ kind, logicalId }) => kind === 'token' && logicalId === pool);
      if (!endpoint) {
        return undefined;
      }
      const response = await fetch(`${endpoint.url}?${parameters}`);
      return { status: response.status, body: await response.text() };
    },
  };
}
