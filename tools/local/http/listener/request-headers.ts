import { HOP_BY_HOP, type RawHeaders, without } from './response-headers';
import { traced } from './trace-id';

/** Facts about a request that are not in its headers. */
export interface Hop {
  readonly clientAddress: string;
  readonly clientPort: number;
  /** Port of the listener in the template, which a client would use on AWS. */
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** A new trace id. */
  readonly traceId: string;
  /** `Host` for a client of HTTP/1.0 that sends none. */
  readonly dnsName: string;
}

/** Headers that the load balancer sets, replacing the client's. */
const FORWARDED = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id']);

/**
 * @param attributes attributes of the load balancer
 * @returns the headers that a target receives, without hop-by-hop headers (`Connection`, `Transfer-Encoding`)
 */
export function requestHeaders(headers: RawHeaders, attributes: Readonly<Record<string, string>>, hop: Hop): string[] {
  const kept = without(headers, NOT_PASSED_ON);
  const valid = enabled(attributes, 'routing.http.drop_invalid_header_fields.enabled') ? validOnly(kept) : kept;
  const result = without(valid, FORWARDED).map((text, index, all) =>
    index % 2 && all[index - 1]?.toLowerCase() === 'host' ? hostHeader(text, attributes, hop) : text,
  );
  if (valuesOf(headers, 'host').length === 0) {
    result.push('Host', hop.dnsName);
  }
  const forwardedFor = xForwardedFor(valuesOf(headers, 'x-forwarded-for'), attributes, hop);
  if (forwardedFor) {
    result.push('X-Forwarded-For', forwardedFor);
  }
  result.push('X-Forwarded-Proto', hop.protocol.toLowerCase(), 'X-Forwarded-Port', String(hop.port));
  result.push('X-Amzn-Trace-Id', traced(valuesOf(headers, 'x-amzn-trace-id')[0], hop.traceId));
  return result;
}

/** Headers that are not passed on. The listener itself has responded to `Expect: 100-continue`. */
const NOT_PASSED_ON = new Set([...HOP_BY_HOP, 'expect']);

/** @returns the addresses of all `X-Forwarded-For` headers */
export function forwardedAddresses(headers: RawHeaders): string[] {
  return valuesOf(headers, 'x-forwarded-for').flatMap((value) => value.split(',').map((address) => address.trim()));
}

function xForwardedFor(
  values: readonly string[],
  attributes: Readonly<Record<string, string>>,
  { clientAddress, clientPort }: Hop,
): string {
  const mode = attributes['routing.http.xff_header_processing.mode'] ?? 'append';
  if (mode === 'remove') {
    return '';
  }
  if (mode === 'preserve') {
    return values.join(', ');
  }
  const client = enabled(attributes, 'routing.http.xff_client_port.enabled')
    ? `${clientAddress.includes(':') ? `[${clientAddress}]` : clientAddress}:${clientPort}`
    : clientAddress;
  return [...values, client].join(', ');
}

/** The `Host` header. Unless it is preserved, it gets the listener's port if that is not the protocol's default port. */
function hostHeader(host: string, attributes: Readonly<Record<string, string>>, { port }: Hop): string {
  const asSent =
    enabled(attributes, 'routing.http.preserve_host_header.enabled') ||
    port === 80 ||
    port === 443 ||
    /:\d+$/.test(host);
  return asSent ? host : `${host}:${port}`;
}

/** Removes headers with invalid names. AWS allows letters, digits and hyphens. */
function validOnly(headers: RawHeaders): string[] {
  return headers.filter((_, index) => /^[-A-Za-z0-9]+$/.test(headers[index - (index % 2)] ?? ''));
}

function valuesOf(headers: RawHeaders, name: string): string[] {
  return headers.filter((_, index) => index % 2 && headers[index - 1]?.toLowerCase() === name);
}

function enabled(attributes: Readonly<Record<string, string>>, name: string): boolean {
  return attributes[name] === 'true';
}
