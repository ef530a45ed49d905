import type { HeadersFrameOption } from 'aws-cdk-lib/aws-cloudfront';
import type { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { LaneDomain } from '../domains/lane-domain';
import { isZoneApex } from '../domains/zone-apex';

/** Headers that the listener sets on every response, and that override those of the compute. */
export interface SecurityHeaders {
  /** @default - 'max-age=63072000; includeSubDomains', without subdomains if the host is the whole hosted zone */
  readonly strictTransportSecurity?: string;

  /** @default - scripts, styles and images only from the API's own host, which its documentation page needs */
  readonly contentSecurityPolicy?: string;

  /** @default HeadersFrameOption.DENY */
  readonly xFrameOptions?: HeadersFrameOption;
}

/** Content security policy that allows only the documentation page: scripts and styles from files, icons from data: URLs. */
const DOCUMENTATION_PAGE_ONLY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sets the headers on `listener`, and removes the load balancer's `server` header. */
export function addSecurityHeaders(
  listener: ApplicationListener,
  domain: LaneDomain,
  headers: SecurityHeaders = {},
): void {
  const values = {
    strict_transport_security:
      headers.strictTransportSecurity ?? `max-age=63072000${isZoneApex(domain) ? '' : '; includeSubDomains'}`,
    content_security_policy: headers.contentSecurityPolicy ?? DOCUMENTATION_PAGE_ONLY,
    x_content_type_options: 'nosniff',
    x_frame_options: headers.xFrameOptions ?? 'DENY',
  };
  for (const [header, value] of Object.entries(values)) {
    listener.setAttribute(`routing.http.response.${header}.header_value`, value);
  }
  listener.setAttribute('routing.http.response.server.enabled', 'false');
}
