import type { ResponseHeadersBlueprint } from '../blueprint';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

type Header = ResponseHeadersBlueprint['set'][number];

/** Reads an `AWS::CloudFront::ResponseHeadersPolicy`: security headers, custom headers, and headers to remove. */
export function responseHeadersOf(policy: Resource, notEmulated: NotEmulated): ResponseHeadersBlueprint {
  const config = policy.property('ResponseHeadersPolicyConfig');
  for (const part of ['CorsConfig', 'ServerTimingHeadersConfig'].filter((name) => config.at(name).exists)) {
    notEmulated.add(
      `AWS::CloudFront::ResponseHeadersPolicy (${part})`,
      policy.logicalId,
      'The distribution does not add these headers.',
    );
  }
  return {
    set: [...securityHeaders(config.at('SecurityHeadersConfig')), ...customHeaders(config.at('CustomHeadersConfig'))],
    remove: config
      .at('RemoveHeadersConfig')
      .at('Items')
      .items()
      .map((item) => item.at('Header').text().toLowerCase()),
  };
}

function securityHeaders(config: Property): Header[] {
  const values: readonly [part: string, name: string, value: (part: Property) => string][] = [
    ['ContentSecurityPolicy', 'Content-Security-Policy', (part) => part.at('ContentSecurityPolicy').text()],
    ['ContentTypeOptions', 'X-Content-Type-Options', () => 'nosniff'],
    ['FrameOptions', 'X-Frame-Options', (part) => part.at('FrameOption').text()],
    ['ReferrerPolicy', 'Referrer-Policy', (part) => part.at('ReferrerPolicy').text()],
    ['StrictTransportSecurity', 'Strict-Transport-Security', strictTransportSecurity],
    ['XSSProtection', 'X-XSS-Protection', xssProtection],
  ];
  return values.flatMap(([part, name, value]) => {
    const property = config.at(part);
    return property.exists ? [{ name, value: value(property), override: property.at('Override').flag(false) }] : [];
  });
}

function strictTransportSecurity(part: Property): string {
  return [
    `max-age=${part.at('AccessControlMaxAgeSec').number(0)}`,
    ...(part.at('IncludeSubdomains').flag(false) ? ['includeSubDomains'] : []),
    ...(part.at('Preload').flag(false) ? ['preload'] : []),
  ].join('; ');
}

function xssProtection(part: Property): string {
  if (!part.at('Protection').flag(false)) return '0';
  const report = part.at('ReportUri').optionalText();
  return [
    '1',
    ...(part.at('ModeBlock').flag(false) ? ['mode=block'] : []),
    ...(report ? [`report=${report}`] : []),
  ].join('; ');
}

function customHeaders(config: Property): Header[] {
  return config
    .at('Items')
    .items()
    .map((item) => ({
      name: item.at('Header').text(),
      value: item.at('Value').text(),
      override: item.at('Override').flag(false),
    }));
}
