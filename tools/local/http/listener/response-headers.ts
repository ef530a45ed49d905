/** Alternating names and values, in the order and case in which they were sent. Node.js calls them raw headers. */
export type RawHeaders = readonly string[];

/** Attribute of a listener → the header it sets. */
const HEADERS: Readonly<Record<string, string>> = {
  strict_transport_security: 'Strict-Transport-Security',
  access_control_allow_origin: 'Access-Control-Allow-Origin',
  access_control_allow_methods: 'Access-Control-Allow-Methods',
  access_control_allow_headers: 'Access-Control-Allow-Headers',
  access_control_allow_credentials: 'Access-Control-Allow-Credentials',
  access_control_expose_headers: 'Access-Control-Expose-Headers',
  access_control_max_age: 'Access-Control-Max-Age',
  content_security_policy: 'Content-Security-Policy',
  x_content_type_options: 'X-Content-Type-Options',
  x_frame_options: 'X-Frame-Options',
};

/** @returns a function that replaces response headers by those that the listener's attributes set */
export function responseHeaders(attributes: Readonly<Record<string, string>>): (headers: RawHeaders) => RawHeaders {
  const set: string[] = [];
  const taken = new Set<string>();
  for (const [attribute, header] of Object.entries(HEADERS)) {
    const value = attributes[`routing.http.response.${attribute}.header_value`];
    if (value) {
      set.push(header, value);
      taken.add(header.toLowerCase());
    }
  }
  if (attributes['routing.http.response.server.enabled'] === 'false') {
    taken.add('server');
  }
  return (headers) => (taken.size === 0 ? headers : [...without(headers, taken), ...set]);
}

/** @param names in lower case */
export function without(headers: RawHeaders, names: ReadonlySet<string>): string[] {
  return headers.filter((_, index) => !names.has((headers[index - (index % 2)] ?? '').toLowerCase()));
}

/** Hop-by-hop headers, which apply to one connection, not to the message. RFC 9110, 7.6.1. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
