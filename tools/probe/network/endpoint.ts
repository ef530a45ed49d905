import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { RunningClock } from './running-clock';

/** Target of connections: an address that accepts them, and the settings for it. */
export interface Endpoint {
  /** URL as given: `https://api.example.com`. */
  readonly url: URL;
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  /** Trusted certificates. */
  readonly trust: SecureContext;
  /** True to accept every certificate. */
  readonly insecure?: boolean;
  /** Timeout of each step, in milliseconds. */
  readonly timeout: number;
  /** Clock that measures all durations. */
  readonly clock: RunningClock;
  /** Signal that destroys open connections. */
  readonly signal: AbortSignal;
}

/** Host without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** True for a host on this machine. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.');
}

export function isSecure({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'wss:';
}

export function portOf(url: URL): number {
  return Number(url.port) || (isSecure(url) ? 443 : 80);
}

/** Trusts the public authorities and the given ones (PEM). Takes about 20 ms, so call it once. */
export function trust(ca: string | undefined): SecureContext {
  return createSecureContext({ ca: ca && [...rootCertificates, ca] });
}
