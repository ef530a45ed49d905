import { CfnParameter, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Domains, type DomainsProps } from '../../../lib/domains/domains';
import { LaneCertificates } from '../../../lib/domains/lane-certificates';
import { exampleCertificate, exampleZone, synthesisError, testStack } from '../synthesized';

function domains(stack: Stack, props: Partial<DomainsProps> = {}): Domains {
  return new Domains(stack, 'Domains', {
    hostedZone: exampleZone(stack),
    httpHostName: 'api.example.com',
    webSocketHostName: 'ws.example.com',
    ...props,
  });
}

describe('the domains of the lanes', () => {
  const stack = testStack();
  const { http, webSocket } = domains(stack);

  test('have one host each in the hosted zone', () => {
    expect(http.hostName).toBe('api.example.com');
    expect(webSocket.hostName).toBe('ws.example.com');
    expect(http.hostedZone).toBe(webSocket.hostedZone);
  });

  test('share a certificate for both names by default', () => {
    expect(http.certificate).toBe(webSocket.certificate);
    Template.fromStack(stack).hasResourceProperties('AWS::CertificateManager::Certificate', {
      SubjectAlternativeNames: ['ws.example.com'],
    });
  });
});

test('the domains use the certificates of their props', () => {
  const stack = testStack();
  const certificate = exampleCertificate(stack);
  const { http, webSocket } = domains(stack, { certificates: LaneCertificates.imported(certificate) });
  expect([http.certificate, webSocket.certificate]).toEqual([certificate, certificate]);
});

describe('the domains of lanes whose DNS is elsewhere', () => {
  const withoutZone = (stack: Stack, certificates?: LaneCertificates) =>
    domains(stack, { hostedZone: undefined, httpHostName: 'api.example.org', certificates });

  test('have an imported certificate, and hosts of any domain', () => {
    const stack = testStack();
    const certificates = LaneCertificates.imported(exampleCertificate(stack), ['api.example.org', 'ws.example.com']);
    const { http, webSocket } = withoutZone(stack, certificates);
    expect(() => Template.fromStack(stack)).not.toThrow();
    expect([http.hostedZone, webSocket.hostedZone]).toEqual([undefined, undefined]);
  });

  test.each([
    ['san', undefined],
    ['perLane', LaneCertificates.perLane()],
    ['wildcard', LaneCertificates.wildcard()],
  ])('cannot have a certificate that the stack creates: %s', (_, certificates) => {
    const message = synthesisError((stack) => withoutZone(stack, certificates));
    expect(message.split('\n').slice(1)).toEqual([
      '  [Test/Domains] a new certificate requires the public hosted zone of its hosts, in which ACM validates it, got none. Fix: give the hosted zone, or use LaneCertificates.imported()',
    ]);
  });

  test('are rejected if the imported certificate does not cover a host', () => {
    const message = synthesisError((stack) =>
      withoutZone(stack, LaneCertificates.imported(exampleCertificate(stack), ['*.example.com'])),
    );
    expect(message.split('\n').slice(1)).toEqual([
      '  [Test/Domains] certificate must cover api.example.org, got one for *.example.com, and a wildcard covers one label only. Fix: import one that covers it',
    ]);
  });
});

test('the host name of a lane can be the name of the hosted zone', () => {
  const stack = testStack();
  domains(stack, { httpHostName: 'example.com' });
  expect(() => Template.fromStack(stack)).not.toThrow();
});

test.each([
  ['https://api.example.org', 'api.example.org'],
  ['API.example.org', 'api.example.org'],
  ['api.example.org.', 'api.example.org'],
  ['api', 'a name such as api.example.com'],
])('the host name %s is rejected, with or without a hosted zone', (httpHostName, fix) => {
  for (const given of [{}, { hostedZone: undefined }]) {
    const message = synthesisError((stack) =>
      domains(stack, {
        httpHostName,
        certificates: LaneCertificates.imported(exampleCertificate(stack)),
        ...given,
      }),
    );
    expect(message.split('\n').slice(1)).toEqual([
      `  [Test/Domains] httpHostName must be a host name in lower case, without scheme, port, path or final dot, got ${httpHostName}. Fix: use ${fix}`,
    ]);
  }
});

test('a host name that is an unresolved token is accepted', () => {
  const stack = testStack();
  domains(stack, { httpHostName: new CfnParameter(stack, 'Host').valueAsString });
  expect(() => Template.fromStack(stack)).not.toThrow();
});

test('all problems of hosts and certificate are reported together', () => {
  const message = synthesisError((stack) =>
    domains(stack, {
      httpHostName: 'api.example.org',
      webSocketHostName: 'api.example.org',
      certificates: LaneCertificates.imported(exampleCertificate(stack), ['*.example.com']),
    }),
  );
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/Domains] httpHostName must be in the hosted zone example.com, got api.example.org. Fix: use a name that ends with .example.com, or the zone that contains api.example.org',
    '  [Test/Domains] webSocketHostName must be in the hosted zone example.com, got api.example.org. Fix: use a name that ends with .example.com, or the zone that contains api.example.org',
    '  [Test/Domains] httpHostName and webSocketHostName must differ, got api.example.org twice. Fix: use two host names',
    '  [Test/Domains] certificate must cover api.example.org, got one for *.example.com, and a wildcard covers one label only. Fix: use LaneCertificates.san()',
  ]);
});

test('a host name that ends with the name of the zone but is not a subdomain is rejected', () => {
  expect(synthesisError((stack) => domains(stack, { webSocketHostName: 'wsexample.com' }))).toContain(
    '[Test/Domains] webSocketHostName must be in the hosted zone example.com, got wsexample.com',
  );
});
