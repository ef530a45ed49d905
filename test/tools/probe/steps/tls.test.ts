import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { tls } from '../../../../tools/probe/steps/tls';
import { certificate } from '../servers/certificate';
import { Laboratory } from './laboratory';

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

test.each([
  ['http/1.1', () => createServer(certificate(), (_, response) => response.end())],
  ['h2', () => createSecureServer(certificate(), (_, response) => response.end())],
])('the certificate, the protocol %s and the resumption of TLS are read', async (alpn, server) => {
  const context = laboratory.context(await laboratory.serve(server()));
  await tls(context);

  expect(context.found.tls).toEqual({
    protocol: 'TLSv1.3',
    alpn,
    names: expect.stringContaining('localhost'),
    expires: expect.stringMatching(/ GMT$/),
    resumes: true,
  });
});

test('a server without session tickets resumes no session', async () => {
  const { constants } = await import('node:crypto');
  const server = createServer(
    { ...certificate(), maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET },
    (_, response) => response.end(),
  );
  const context = laboratory.context(await laboratory.serve(server));
  await tls(context);

  expect(context.found.tls).toMatchObject({ protocol: 'TLSv1.2', resumes: false });
});

test('http: has no facts of TLS', async () => {
  const context = laboratory.context(new URL('http://127.0.0.1:9/'));
  await tls(context);

  expect(context.found.tls).toBeUndefined();
});
