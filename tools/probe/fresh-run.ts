import type { TLSSocket } from 'node:tls';
import { KeptConnection, type Request } from './kept-connection';
import type { Exchange, FreshRun, PreflightFacts, TlsFacts } from './measurements';
import type { Place } from './place';
import { needsPreflight, preflightFacts, preflightRequest } from './preflight';

/** What the page asks for. */
export interface Page {
  /** With the query. */
  readonly path: string;
  readonly origin?: string;
  readonly token?: string;
}

/** A request that changes nothing. A browser's JSON POST costs the same and a preflight, which is measured by itself. */
export function pageRequest({ path, origin, token }: Page): Request {
  return {
    method: 'GET',
    path,
    headers: { ...(origin && { origin }), ...(token && { authorization: `Bearer ${token}` }) },
  };
}

/** Opens a connection and does what a browser does for a page's first two requests. */
export async function freshRun(place: Place, page: Page): Promise<{ run: FreshRun; preflight?: PreflightFacts }> {
  const connection = await KeptConnection.open(place);
  try {
    const { tcp, tls } = connection.first;
    const stoodBefore = place.clock.standstill;
    const asked =
      page.origin !== undefined && needsPreflight(page.origin, place.url)
        ? await askFirst(connection, page, page.origin)
        : undefined;
    const first = exchange(await connection.send(pageRequest(page)));
    const standstill = place.clock.standstill - stoodBefore;
    const second = exchange(await connection.send(pageRequest(page)));
    return {
      run: { tcp, tls, preflight: asked?.exchange, first, second, standstill },
      preflight: asked?.facts,
    };
  } finally {
    connection.close();
  }
}

async function askFirst(connection: KeptConnection, { path, token }: Page, origin: string) {
  const answer = await connection.send(preflightRequest(path, origin, token));
  return { exchange: exchange(answer), facts: preflightFacts(answer, origin, token) };
}

function exchange({ ms, opening, status }: Exchange): Exchange {
  return { ms, opening, status };
}

/** Looks at the certificate, and opens a second connection to see whether it resumes the first one's session. */
export async function tlsFacts(place: Place, page: Page): Promise<TlsFacts> {
  const connection = await KeptConnection.open(place);
  const socket = connection.first.socket as TLSSocket;
  let session: Buffer | undefined;
  socket.on('session', (ticket) => {
    session = ticket;
  });
  try {
    const { subjectaltname, valid_to } = socket.getPeerCertificate();
    const facts = { protocol: socket.getProtocol() ?? '', names: subjectaltname ?? '', expires: valid_to };
    // With TLS 1.3 the ticket comes after the handshake, at the latest with the first answer.
    await connection.send(pageRequest(page));
    return { ...facts, resumes: session !== undefined && (await resumes(place, session)) };
  } finally {
    connection.close();
  }
}

async function resumes(place: Place, session: Buffer): Promise<boolean> {
  const connection = await KeptConnection.open(place, session);
  try {
    return (connection.first.socket as TLSSocket).isSessionReused();
  } finally {
    connection.close();
  }
}
