import type { Settings } from '../../lib/settings/settings';
import {
  GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  stageStack,
} from '../stack/stages';
import { synthesized } from '../support/cloud-assembly';
import { LocalApp } from '../support/local-app';
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

/** An allowed origin, of pages of another host than those of the app: of the stages here, or `ALLOWED_ORIGIN` for a deployed stack. */
export const ALLOWED_ORIGIN = process.env.ALLOWED_ORIGIN ?? 'https://app.example.com';

/** The stack at `HTTP_URL` and `WEBSOCKET_URL`, if both are set. All clients use the token `TOKEN`. `ENTRY` is its combination. */
export const DEPLOYED: Place | undefined =
  process.env.HTTP_URL && process.env.WEBSOCKET_URL
    ? {
        httpUrl: process.env.HTTP_URL.replace(/\/$/, ''),
        webSocketUrl: process.env.WEBSOCKET_URL,
        token: async () => process.env.TOKEN ?? '',
      }
    : undefined;

/** An entry of the WebSocket lane, behind a gateway or not. */
export interface Combination {
  readonly entry: Entry;
  /** True if a gateway with a page is in front of both lanes. */
  readonly gateway: boolean;
  /** Stage in cdk.json, and settings that change it. */
  readonly stage: string;
  readonly changes: Partial<Settings>;
}

/** The combinations of an entry and a gateway, by the names for `ENTRY`. */
export const COMBINATIONS = {
  apiGateway: { entry: 'apiGateway', gateway: false, stage: 'dev', changes: {} },
  servers: { entry: 'servers', gateway: false, stage: 'servers', changes: {} },
  gateway: behindGateway('apiGateway', {}),
  'gateway with servers': behindGateway('servers', GATEWAY_WITH_SERVERS),
  'gateway with public load balancer': behindGateway('apiGateway', GATEWAY_WITH_PUBLIC_LOAD_BALANCER),
  'gateway with public load balancers': behindGateway('servers', GATEWAY_WITH_PUBLIC_LOAD_BALANCERS),
} as const satisfies Record<string, Combination>;

export type CombinationName = keyof typeof COMBINATIONS;

/** The page of the gateway has an allowed origin without a setting. The tests need one of another host, too. */
function behindGateway(entry: Entry, changes: Partial<Settings>): Combination {
  const allowedOrigins = [ALLOWED_ORIGIN, 'http://localhost:5173'];
  return { entry, gateway: true, stage: 'gateway', changes: { ...changes, allowedOrigins } };
}

/** Synthesizes a combination. @returns the folder of the assembly */
export function assemblyOf(name: CombinationName): string {
  const { stage, changes } = COMBINATIONS[name];
  return synthesized((cdk) => void stageStack(stage, changes, cdk));
}

/** Starts this repository's app on this machine, in a combination. */
export async function startHere(name: CombinationName): Promise<LocalPlace> {
  // The shards of the streams close many times during a suite, and not every four hours.
  const app = await LocalApp.start(assemblyOf(name), { streams: { shardLifetimeMs: 5000 } });
  const { http = '', websocket = '', token = '', aws } = app.urls;
  const connections = await ConnectionRows.open(aws);
  return { httpUrl: http, webSocketUrl: websocket, token: tokensFrom(token), local: { app, connections } };
}
