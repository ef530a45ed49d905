import type { TLSSocket } from 'node:tls';
import { PersistentConnection, type Request } from './persistent-connection';
import type { Exchange, FreshRun, PreflightFacts, TlsFacts } from './measurements';
import type { Endpoint } from './endpoint';
import { needsPreflight, preflightFacts, preflightRequest } from './preflight';

/** The request that the page sends. */
export interface Page {
  /** Path with the query string. */
  readonly path: string;
  readonly origin?: string;
  readonly token?: string;
}

/** A GET in place of a browser's JSON POST, which costs the same plus a preflight. The preflight is measured separately. */
export function pageRequest({ path, origin, token }: Page): Request {
  return {
    method: 'GET',
    path,
    headers: { ...(origin && { origin }), ...(token && { authorization: `Bearer ${token}` }) },
  };
}

/** Opens a connection and sends the same requests as a browser does for the first two requests of a page. */
export async function freshRun(endpoint: Endpoint, page: Page): Promise<{ run: FreshRun; preflight?: PreflightFacts }> {
  const connection = await PersistentConnection.open(endpoint);
  try {
    const { tcp, tls } = connection.first;
    const pausedBefore = endpoint.clock.paused;
    const preflight =
      page.origin !== undefined && needsPreflight(page.origin, endpoint.url)
        ? await sendPreflight(connection, page, page.origin)
        : undefined;
    const first = exchange(await connection.send(pageRequest(page)));
    const pause = endpoint.clock.paused - pausedBefore;
    const second = exchange(await connection.send(pageRequest(page)));
    return {
      run: { tcp, tls, preflight: preflight?.exchange, first, second, pause },
      preflight: preflight?.facts,
    };
  } finally {
    connection.close();
  }
}

async function sendPreflight(connection: PersistentConnection, { path, token }: Page, origin: string) {
  const answer = await connection.send(preflightRequest(path, origin, token));
  return { exchange: exchange(answer), facts: preflightFacts(answer, origin, token) };
}

function exchange({ ms, opening, status }: Exchange): Exchange {
  return { ms, opening, status };
}

/** Reads the certificate, and opens a second connection to check if the session is resumed. */
export async function tlsFacts(endpoint: Endpoint, page: Page): Promise<TlsFacts> {
  const connection = await PersistentConnection.open(endpoint);
  const socket = connection.first.socket as TLSSocket;
  let session: Buffer | undefined;
  socket.on('session', (ticket) => {
    session = ticket;
  });
  try {
    const { subjectaltname, valid_to } = socket.getPeerCertificate();
    const facts = { protocol: socket.getProtocol() ?? '', names: subjectaltname ?? '', expires: valid_to };
    // With TLS 1.3, the session ticket arrives after the handshake, at the latest with the first response.
    await connection.send(pageRequest(page));
    return { ...facts, resumes: session !== undefined && (await resumes(endpoint, session)) };
  } finally {
    connection.close();
  }
}

async function resumes(endpoint: Endpoint, session: Buffer): Promise<boolean> {
  const connection = await PersistentConnection.open(endpoint, session);
  try {
    return (connection.first.socket as TLSSocket).isSessionReused();
  } finally {
    connection.close();
  }
}
