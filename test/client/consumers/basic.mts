/** An application in TypeScript, as an ES module. */
import { type ClientOptions, type ConnectionState, TwinlaneClient, TwinlaneError } from '@twinlane/client';
import { useConnection, useTopic } from '@twinlane/client/react';

export function main(options: ClientOptions): ConnectionState {
  const client = new TwinlaneClient(options);
  const { unsubscribe } = client.subscribe('news', ({ epoch, sequence, data }) => void [epoch, sequence, data]);
  client.on('error', (error) => void (error instanceof TwinlaneError && error.code === 'forbidden'));
  unsubscribe();
  return client.connection;
}

export const hooks: [() => ConnectionState, (topic: null) => string] = [
  useConnection,
  (topic) => useTopic(topic, () => undefined),
];

// @ts-expect-error -- a URL is missing
new TwinlaneClient({ httpUrl: 'https://api.example.com' });
