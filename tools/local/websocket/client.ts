import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sourceIpOf } from '../http/listener/request-facts';
import { headerPairs, type Values, valuesOf } from './request-parts';

/** Facts about the client in a handshake. */
export interface Client {
  /** Headers for the functions: `Host` is the API's name, and the `X-` headers are the gateway's. */
  readonly headers: Values;
  readonly query: Values;
  readonly sourceIp: string;
  readonly userAgent?: string;
}

/** Headers that are hop-by-hop, or that the gateway sets itself. */
const REPLACED = /^(connection|upgrade|host|x-amzn-trace-id|x-forwarded-(for|port|proto))$/i;

/** True for the origin of the local URL, which some clients send: on AWS, it is that of the API's name. */
function isOwnOrigin(name: string, value: string, { headers }: IncomingMessage): boolean {
  return name.toLowerCase() === 'origin' && value === `http://${headers.host}`;
}

/**
 * @param domainName - domain name of the API on AWS, not the local name
 * @param now - milliseconds
 */
export function clientOf(request: IncomingMessage, domainName: string, now: number): Client {
  const sourceIp = sourceIpOf(request);
  const url = request.url ?? '/';
  const forwardedFor = request.headers['x-forwarded-for'];
  return {
    headers: valuesOf([
      ['Host', domainName],
      ...headerPairs(request.rawHeaders)
        .filter(([name]) => !REPLACED.test(name))
        .map(([name, value]) => [name, isOwnOrigin(name, value, request) ? `https://${domainName}` : value] as const),
      ['X-Amzn-Trace-Id', traceId(now)],
      ['X-Forwarded-For', forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`],
      // As on AWS, which has only wss: handlers must not behave differently on this machine.
      ['X-Forwarded-Port', '443'],
      ['X-Forwarded-Proto', 'https'],
    ]),
    query: valuesOf(new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '')),
    sourceIp,
    userAgent: request.headers['user-agent'],
  };
}

/** @returns `Root=1-6731ebfc-08e1e656421db73c5d2eef31`: the time in seconds, and 96 random bits. */
function traceId(now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}
