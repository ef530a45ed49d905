import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { LaneCertificates, type LaneCertificatesConfig } from '../../../lib/domains/lane-certificates';
import { exampleCertificate, exampleZone, testApp, testStack } from '../synthesized';

function bound(stack: Stack, certificates: LaneCertificates): LaneCertificatesConfig {
  return certificates.bind(stack, {
    hostedZone: exampleZone(stack),
    httpHostName: 'api.example.com',
    webSocketHostName: 'ws.example.com',
  });
}

describe('one certificate for both names', () => {
  const stack = testStack();
  const { http, webSocket, problems } = bound(stack, LaneCertificates.san());
  const template = Template.fromStack(stack);

  test('lists both names and is validated in the hosted zone', () => {
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: 'api.example.com',
      SubjectAlternativeNames: ['ws.example.com'],
      ValidationMethod: 'DNS',
      DomainValidationOptions: [
        { DomainName: 'api.example.com', HostedZoneId: 'Z1' },
        { DomainName: 'ws.example.com', HostedZoneId: 'Z1' },
      ],
      KeyAlgorithm: 'EC_prime256v1',
    });
  });

  test('is shared by both lanes', () => {
    template.resourceCountIs('AWS::CertificateManager::Certificate', 1);
    expect(http).toBe(webSocket);
    expect(problems).toEqual([]);
  });
});

test.each([
  ['san', LaneCertificates.san(), 'example.com'],
  ['perLane', LaneCertificates.perLane(), 'example.com'],
  ['wildcard', LaneCertificates.wildcard(), `${'a'.repeat(60)}.example.com`],
])('a certificate by %s with a first name that is too long for ACM is reported at synthesis', (_, source, zoneName) => {
  const stack = testStack();
  const httpHostName = `${'b'.repeat(60)}.${zoneName}`;
  const { problems } = source.bind(stack, {
    hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName }),
    httpHostName,
    webSocketHostName: `ws.${zoneName}`,
  });
  expect(problems[0]).toMatch(
    /^the first name of a certificate must have at most 64 characters, got \S{65,}\. Fix: use a shorter host name, or LaneCertificates\.imported\(\)$/,
  );
});

describe('a wildcard certificate', () => {
  const stack = testStack();
  const { http, webSocket, problems } = bound(stack, LaneCertificates.wildcard());

  test('is for every name directly below the zone, and is validated in the zone', () => {
    Template.fromStack(stack).hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: '*.example.com',
      SubjectAlternativeNames: Match.absent(),
      DomainValidationOptions: [{ DomainName: '*.example.com', HostedZoneId: 'Z1' }],
    });
    expect(http).toBe(webSocket);
    expect(problems).toEqual([]);
  });

  test('does not cover a name two levels below the zone', () => {
    const other = testStack();
    const { problems } = LaneCertificates.wildcard().bind(other, {
      hostedZone: exampleZone(other),
      httpHostName: 'v1.api.example.com',
      webSocketHostName: 'ws.example.com',
    });
    expect(problems).toEqual([
      'certificate must cover v1.api.example.com, got one for *.example.com, and a wildcard covers one label only. Fix: use LaneCertificates.san()',
    ]);
  });
});

describe('one certificate per lane', () => {
  const stack = testStack();
  const { http, webSocket } = bound(stack, LaneCertificates.perLane());
  const template = Template.fromStack(stack);

  test.each([
    ['the HTTP lane', http, 'api.example.com'],
    ['the WebSocket lane', webSocket, 'ws.example.com'],
  ])('is only for the name of %s, and is validated in the hosted zone', (_lane, certificate, DomainName) => {
    const { Ref } = stack.resolve(certificate.certificateArn);
    expect(template.findResources('AWS::CertificateManager::Certificate')[Ref]?.Properties).toMatchObject({
      DomainName,
      DomainValidationOptions: [{ DomainName, HostedZoneId: 'Z1' }],
    });
    template.resourceCountIs('AWS::CertificateManager::Certificate', 2);
  });
});

describe('an imported certificate', () => {
  test('is used for both lanes, and no certificate is created', () => {
    const stack = testStack();
    const certificate = exampleCertificate(stack);
    expect(bound(stack, LaneCertificates.imported(certificate))).toEqual({
      http: certificate,
      webSocket: certificate,
      problems: [],
    });
    Template.fromStack(stack).resourceCountIs('AWS::CertificateManager::Certificate', 0);
  });

  test('must cover both hosts if its names are given', () => {
    const stack = testStack();
    const certificates = LaneCertificates.imported(exampleCertificate(stack), ['api.example.com', 'www.example.com']);
    expect(bound(stack, certificates).problems).toEqual([
      'certificate must cover ws.example.com, got one for api.example.com, www.example.com, and a wildcard covers one label only. Fix: use LaneCertificates.san()',
    ]);
  });

  test('must be in the Region of the stack', () => {
    const stack = testStack();
    const certificate = exampleCertificate(stack, 'eu-west-1');
    expect(bound(stack, LaneCertificates.imported(certificate)).problems).toEqual([
      `certificate must be in the stack's Region us-east-1, got ${certificate.certificateArn}. Fix: import one from us-east-1`,
    ]);
  });

  test('is accepted if the Region of the stack is unknown at synthesis', () => {
    const stack = new Stack(testApp(), 'Anywhere');
    expect(bound(stack, LaneCertificates.imported(exampleCertificate(stack, 'eu-west-1'))).problems).toEqual([]);
  });

  test('is accepted if the host names are unresolved tokens', () => {
    const stack = testStack();
    const host = new CfnParameter(stack, 'Host').valueAsString;
    const { problems } = LaneCertificates.imported(exampleCertificate(stack), ['api.example.com']).bind(stack, {
      hostedZone: exampleZone(stack),
      httpHostName: 'api.example.com',
      webSocketHostName: host,
    });
    expect(problems).toEqual([]);
  });
});
