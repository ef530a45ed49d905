/**
 * The `X-Amzn-Trace-Id` that the target receives: a new `Root` if the request has none. Otherwise the load balancer inserts
 * its own `Self` at the beginning, and replaces an existing `Self`.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
 *
 * @param id a new id: `1-{time in 8 hex digits}-{24 hex digits}`
 */
export function traced(header: string | undefined, id: string): string {
  const fields = (header ?? '').split(';').filter((field) => field && !/^Self=/i.test(field));
  const hasRoot = fields.some((field) => /^Root=/i.test(field));
  return [`${hasRoot ? 'Self' : 'Root'}=${id}`, ...fields].join(';');
}

/** @param random 24 hex digits */
export function traceId(now: Date, random: string): string {
  const seconds = Math.floor(now.getTime() / 1000);
  return `1-${seconds.toString(16).padStart(8, '0')}-${random}`;
}
