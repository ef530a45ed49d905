import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Json, TwinlaneClient } from '../../../client';
import { type App, somebody } from '../caller';

/** The client library of a version. */
export type Library = Pick<typeof import('../../../client'), 'TwinlaneClient'>;

const open = new Set<TwinlaneClient<Record<string, Json>>>();

/** @param project - the folder of a version */
export function libraryIn(project: string): Library {
  return require(join(project, 'client/index.ts'));
}

/** @returns a client of a version of the library, for a new subject */
export function libraryClient({ TwinlaneClient: Client }: Library, app: App): TwinlaneClient<Record<string, Json>> {
  const who = somebody();
  const client = new Client<Record<string, Json>>({
    httpUrl: app.httpUrl,
    webSocketUrl: app.webSocketUrl,
    token: () => app.token(who),
    WebSocket,
    reconnect: { base: 100, cap: 1000 },
  });
  open.add(client);
  return client;
}

/** Closes all clients. */
export function closeLibraryClients(): void {
  for (const client of open) {
    client.close();
  }
  open.clear();
}
