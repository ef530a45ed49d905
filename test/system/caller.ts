import { randomUUID } from 'node:crypto';
import { type ClientOptions, WebSocket } from 'ws';
import { PROTOCOL } from '../../client/protocol';
import type { StartedRunner } from '../support/started-runner';

/** A caller: a subject of a tenant. Any other key is a claim of the token. */
export interface Who {
  readonly subject: string;
  readonly tenant: string;
  readonly [claim: string]: string;
}

/** The public interface of a running app. */
export interface App {
  /** `https://api.example.com` */
  readonly httpUrl: string;
  /** `wss://ws.example.com` */
  readonly webSocketUrl: string;
  /** @returns a token of the caller. */
  token(who: Who): Promise<string>;
}

/** @returns the app of a runner. */
export function appOf(runner: StartedRunner): App {
  return {
    httpUrl: runner.url('http'),
    webSocketUrl: runner.url('websocket'),
    token: tokensFrom(runner.tokenUrl),
  };
}

const TENANT = 'contract';
/** The subject of requests that name no other one. */
export const PUBLISHER: Who = { subject: 'publisher', tenant: TENANT };

/** @returns a new subject of the default tenant. */
export function somebody(): Who {
  return { subject: randomUUID(), tenant: TENANT };
}

/** @returns tokens from the issuer at a URL. Each token is requested once. */
export function tokensFrom(tokenUrl: string): App['token'] {
  const tokens = new Map<string, Promise<string>>();
  return (who) => {
    const query = new URLSearchParams(who).toString();
    const token = tokens.get(query) ?? newToken(`${tokenUrl}?${query}`);
    tokens.set(query, token);
    return token;
  };
}

async function newToken(url: string): Promise<string> {
  const response = await fetch(url);
  return ((await response.json()) as { id_token: string }).id_token;
}

/** Sends a request with a token. */
export async function ask(app: App, path: string, init: RequestInit = {}, who = PUBLISHER): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${await app.token(who)}` };
  return fetch(`${app.httpUrl}${path}`, { ...init, headers });
}

/** @returns a ticket for the origin, or for a client without one. Throws if none is issued. */
export async function newTicket(app: App, who: Who, origin?: string): Promise<string> {
  const response = await ask(app, '/v1/tickets', { method: 'POST', headers: origin ? { origin } : {} }, who);
  if (response.status !== 201) {
    throw new Error(`No ticket: ${response.status} ${await response.text()}`);
  }
  return ((await response.json()) as { ticket: string }).ticket;
}

/** @returns a socket that is opening with a new ticket. */
export async function newSocket(app: App, options: ClientOptions = {}, who = somebody()): Promise<WebSocket> {
  return new WebSocket(app.webSocketUrl, [PROTOCOL, `ticket.${await newTicket(app, who, options.origin)}`], options);
}
