import type { TLSSocket } from 'node:tls';
import type { Endpoint } from '../network/endpoint';
import { pageRequest } from '../network/page-request';
import { PersistentConnection } from '../network/persistent-connection';
import type { Context } from './context';

/** Reads the certificate, and opens a second connection to find out if the session is resumed. */
export async function tls({ plan, found, server, show }: Context): Promise<void> {
  if (!server.secure) {
    return;
  }
  show('TLS sessions');
  const connection = await PersistentConnection.open(server);
  const socket = connection.first.socket as TLSSocket;
  let session: Buffer | undefined;
  socket.on('session', (ticket) => {
    session = ticket;
  });
  try {
    const { subjectaltname, valid_to } = socket.getPeerCertificate();
    const facts = {
      protocol: socket.getProtocol() ?? '',
      alpn: socket.alpnProtocol || 'http/1.1',
      names: subjectaltname ?? '',
      expires: valid_to,
    };
    // With TLS 1.3, the session ticket arrives after the handshake, at the latest with the first response.
    await connection.attempt(pageRequest(plan.request));
    found.tls = { ...facts, resumes: session !== undefined && (await resumes(server, session)) };
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
