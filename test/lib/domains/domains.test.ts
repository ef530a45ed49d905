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

test('the host name of a lane can be the name of the hosted zone', () => {
  const stack = testStack();
  domains(stack, { httpHostName: 'example.com' });
  expect(() => Template.fromStack(stack)).not.toThrow();
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
    '  [Test/Domains] certificate must cover api.example.org, got one for *.example.com, and a wildcard covers one label only. Fix: use LaneCertificates.san()',
  ]);
});

test('a host name that ends with the name of the zone but is not a subdomain is rejected', () => {
  expect(synthesisError((stack) => domains(stack, { webSocketHostName: 'wsexample.com' }))).toContain(
    '[Test/Domains] webSocketHostName must be in the hosted zone example.com, got wsexample.com',
  );
});
