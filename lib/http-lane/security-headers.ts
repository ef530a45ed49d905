import type { HeadersFrameOption } from 'aws-cdk-lib/aws-cloudfront';
import type { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** Response headers that the listener puts on every answer, whatever the compute behind it says. */
export interface SecurityHeaders {
  /** @default 'max-age=63072000; includeSubDomains' */
  readonly strictTransportSecurity?: string;

  /** @default - nothing but the API's own documentation page may load scripts, styles and images, from the API's host alone */
  readonly contentSecurityPolicy?: string;

  /** @default HeadersFrameOption.DENY */
  readonly xFrameOptions?: HeadersFrameOption;
}

/** Sources for the documentation page only: its scripts and styles are files, its icons data: URLs. */
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

/** Sets the headers on `listener`, and takes the load balancer's own `server` header off. */
export function addSecurityHeaders(listener: ApplicationListener, headers: SecurityHeaders = {}): void {
  const values = {
    strict_transport_security: headers.strictTransportSecurity ?? 'max-age=63072000; includeSubDomains',
    content_security_policy: headers.contentSecurityPolicy ?? DOCUMENTATION_PAGE_ONLY,
    x_content_type_options: 'nosniff',
    x_frame_options: headers.xFrameOptions ?? 'DENY',
  };
  for (const [header, value] of Object.entries(values)) {
    listener.setAttribute(`routing.http.response.${header}.header_value`, value);
  }
  listener.setAttribute('routing.http.response.server.enabled', 'false');
}
