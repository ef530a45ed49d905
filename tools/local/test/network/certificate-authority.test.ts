import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { CertificateAuthority, newAuthority } from '../../network/certificate-authority';

const HOST = 'a-long-name-of-a-load-balancer-1234567890.ap-southeast-2.elb.amazonaws.com';

const keys = newAuthority();
const authority = new CertificateAuthority(keys);

test('the authority is a valid certificate that may sign others, but no further authority', () => {
  const certificate = new X509Certificate(keys.certificate);
  expect(certificate.ca).toBe(true);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test('two runs have different authorities', () => {
  const other = newAuthority();
  expect(new X509Certificate(other.certificate).subject).not.toBe(new X509Certificate(keys.certificate).subject);
  expect(
    new X509Certificate(authority.certificateFor(HOST)).verify(new X509Certificate(other.certificate).publicKey),
  ).toBe(false);
});

test('a certificate is issued by the authority for one host, and is valid now', () => {
  const certificate = new X509Certificate(authority.certificateFor(HOST));
  const issuer = new X509Certificate(keys.certificate);
  expect(certificate.checkIssued(issuer)).toBe(true);
  expect(certificate.verify(issuer.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkHost(HOST)).toBe(HOST);
  expect(certificate.checkHost('elb.amazonaws.com')).toBeUndefined();
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 86_400_000);
});

test('the certificate of a host is created once', () => {
  expect(authority.contextFor(HOST)).toBe(authority.contextFor(HOST));
});

test.each([
  ['trusts the authority', keys.certificate, HOST, null],
  ['trusts another authority', newAuthority().certificate, HOST, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['expects another host', keys.certificate, 'other.amazonaws.com', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('a TLS client that %s gets the result it must get', async (_, ca, expected, failure) => {
  const server = createServer({ SNICallback: (_name, callback) => callback(null, authority.contextFor(HOST)) });
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client: TLSSocket = connect({ host: '127.0.0.1', port, servername: expected, ca });
  const result = await Promise.race([
    once(client, 'secureConnect').then(() => null),
    once(client, 'error').then(([error]) => error.code),
  ]).catch((error: NodeJS.ErrnoException) => error.code);
  expect(result).toBe(failure);
  client.destroy();
  server.close();
  await once(server, 'close');
});
