import { randomUUID } from 'node:crypto';
import { type ClientOptions, WebSocket } from 'ws';
import { PROTOCOL } from '../../lambda/realtime/protocol';
import type { StartedRunner } from '../support/started-runner';

/** A caller: a subject of a tenant. Any other key is a claim of the token. */
export interface Who {
  readonly subject: string;
  readonly tenant: string;
  readonly [claim: string]: string;
}

/** An app that runs, as its callers see it. */
export interface App {
  /** `https://api.example.com` */
  readonly httpUrl: string;
  /** `wss://ws.example.com` */
  readonly webSocketUrl: string;
  /** @returns a token of whoever it is. */
  token(who: Who): Promise<string>;
}

/** @returns the app that a runner runs. */
export function appOf(runner: StartedRunner): App {
  return {
    httpUrl: runner.url('http'),
    webSocketUrl: runner.url('websocket'),
    token: tokensFrom(runner.tokenUrl),
  };
}

const TENANT = 'contract';
const PUBLISHER: Who = { subject: 'publisher', tenant: TENANT };

/** @returns somebody of the usual tenant whom nobody has seen before. */
export function somebody(): Who {
  return { subject: randomUUID(), tenant: TENANT };
}

/** @returns tokens of the issuer at a URL, each asked for once. */
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
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Sends a request with a token. */
export async function ask(app: App, path: string, init: RequestInit = {}, who = PUBLISHER): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${await app.token(who)}` };
  return fetch(`${app.httpUrl}${path}`, { ...init, headers });
}

/** @returns a ticket, for a page of an origin if there is one. Throws unless it is minted. */
export async function newTicket(app: App, who: Who, origin?: string): Promise<string> {
  const response = await ask(app, '/v1/tickets', { method: 'POST', headers: origin ? { origin } : {} }, who);
  if (response.status !== 201) {
    throw new Error(`No ticket: ${response.status} ${await response.text()}`);
  }
  return ((await response.json()) as { ticket: string }).ticket;
}

/** @returns a socket that is being opened with a ticket of its own. */
export async function newSocket(app: App, options: ClientOptions = {}, who = somebody()): Promise<WebSocket> {
  return new WebSocket(app.webSocketUrl, [PROTOCOL, `ticket.${await newTicket(app, who, options.origin)}`], options);
}
