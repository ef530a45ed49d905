import { synthesized } from '../support/cloud-assembly';
import { LocalApp } from '../support/local-app';
import { stageStack } from '../stack/stages';
import { type App, tokensFrom } from './caller';
import { ConnectionRows } from './connection-rows';

/** Entry point of the WebSocket lane: an API Gateway API, or tasks with a WebSocket server. */
export type Entry = 'apiGateway' | 'servers';

/** The app under test: a deployed stack, or the app on this machine. */
export interface Place extends App {
  /** Access to the internals of an app on this machine. */
  readonly local?: { readonly app: LocalApp; readonly connections: ConnectionRows };
}

/** The app on this machine. */
export type LocalPlace = Place & Required<Pick<Place, 'local'>>;

/** An allowed origin: of the stages here, or `ALLOWED_ORIGIN` for a deployed stack. */
export const ALLOWED_ORIGIN = process.env.ALLOWED_ORIGIN ?? 'https://app.example.com';

/** The stack at `HTTP_URL` and `WEBSOCKET_URL`, if both are set. All clients use the token `TOKEN`. `ENTRY=servers` if it has servers. */
export const DEPLOYED: Place | undefined =
  process.env.HTTP_URL && process.env.WEBSOCKET_URL
    ? {
        httpUrl: process.env.HTTP_URL.replace(/\/$/, ''),
        webSocketUrl: process.env.WEBSOCKET_URL,
        token: async () => process.env.TOKEN ?? '',
      }
    : undefined;

/** Stage in cdk.json with each entry. */
const STAGES: Readonly<Record<Entry, string>> = { apiGateway: 'dev', servers: 'servers' };

/** Starts this repository's app on this machine, with an entry. */
export async function startHere(entry: Entry): Promise<LocalPlace> {
  const assembly = synthesized((cdk) => void stageStack(STAGES[entry], {}, cdk));
  // The shards of the streams close many times during a suite, and not every four hours.
  const app = await LocalApp.start(assembly, { streams: { shardLifetimeMs: 5000 } });
  const { http = '', websocket = '', token = '', aws } = app.urls;
  const connections = await ConnectionRows.open(aws);
  return { httpUrl: http, webSocketUrl: websocket, token: tokensFrom(token), local: { app, connections } };
}
