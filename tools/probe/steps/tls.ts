import type { TLSSocket } from 'node:tls';
import type { TlsFacts } from '../measurements';
import type { Endpoint } from '../network/endpoint';
import { pageRequest } from '../network/page-request';
import type { Request } from '../network/channel';
import { PersistentConnection } from '../network/persistent-connection';
import { despiteRestart } from './accepting';
import type { Context } from './context';

/** Reads the certificate, and opens a second connection to find out if the session is resumed. */
export async function tls({ plan, found, server, show }: Context): Promise<void> {
  if (server.secure) {
    show('TLS');
    found.tls = await despiteRestart(server, () => factsOf(server, pageRequest(plan.request)));
  }
}

async function factsOf(server: Endpoint, request: Request): Promise<TlsFacts> {
  const connection = await PersistentConnection.open(server);
  const { socket, protocol: alpn = 'http/1.1' } = connection.first;
  const secured = socket as TLSSocket;
  let session: Buffer | undefined;
  secured.on('session', (ticket) => {
    session = ticket;
  });
  try {
    const { subjectaltname: names = '', valid_to: expires } = secured.getPeerCertificate();
    const protocol = secured.getProtocol() ?? '';
    // With TLS 1.3, the session ticket arrives after the handshake, at the latest with the first response.
    await connection.attempt(request, false);
    return { protocol, alpn, names, expires, resumes: session !== undefined && (await resumes(server, session)) };
  } finally {
    connection.close();
  }
}

async function resumes(server: Endpoint, session: Buffer): Promise<boolean> {
  const connection = await PersistentConnection.open(server, session);
  try {
    return (connection.first.socket as TLSSocket).isSessionReused();
  } finally {
    connection.close();
  }
}
