import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { RunningClock } from './running-clock';

/** Where connections go, and how: an address that answers, under the host's name. */
export interface Place {
  /** `https://api.example.com` as it was given. */
  readonly url: URL;
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  /** Certificates to trust. */
  readonly trust: SecureContext;
  /** Milliseconds for each step. */
  readonly timeout: number;
  /** Clock that every duration is measured with. */
  readonly clock: RunningClock;
  /** Destroys what is open. */
  readonly signal: AbortSignal;
}

/** The host without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

export function isSecure({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'wss:';
}

export function portOf(url: URL): number {
  return Number(url.port) || (isSecure(url) ? 443 : 80);
}

/** Trusts the well-known authorities and, if there are any, these (PEM). Made once: reading so many takes some 20 ms. */
export function trust(ca: string | undefined): SecureContext {
  return createSecureContext({ ca: ca && [...rootCertificates, ca] });
}
