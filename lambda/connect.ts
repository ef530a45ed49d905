import { createHash } from 'node:crypto';
import type { Logger } from './logger';
import { measured } from './measured';
import type { Metrics } from './metrics';
import { cameThroughGateway, ORIGIN_SECRET_HEADER } from './origin-secret';
import { admit } from './realtime/admission';
import { type Connections, type ConnectionOpener, Unavailable } from './realtime/ports';
import { codeOfHandshake } from './realtime/refused';
import { connectionOf, headerValues, type WebSocketEvent, type WebSocketResult } from './websocket-event';

export interface ConnectDependencies {
  connections: Pick<Connections, 'connect'>;
  /** Opens connections with tickets. Undefined if clients are not authenticated. */
  connectionOpener: ConnectionOpener | undefined;
  /** Exact origins of the pages that are allowed to connect: scheme, host, port. */
  allowedOrigins: readonly string[];
  /** Origin of the URL that clients connect to: `https://ws.example.com`. */
  ownOrigin: string;
  /** Secret that the gateway sends, or `none` without a gateway. */
  originSecret: string;
  logger: Logger;
  metrics: Metrics;
}

/** Creates the handler of `$connect`. The connection opens if the status is 200. The client receives any other status. */
export function createHandler({
  connections,
  connectionOpener,
  allowedOrigins,
  ownOrigin,
  originSecret,
  logger,
  metrics,
}: ConnectDependencies) {
  const refuse = (statusCode: 401 | 403 | 503, reason: string): WebSocketResult => {
    metrics.refuse(codeOfHandshake(statusCode));
    logger({ event: 'refused', reason });
    return { statusCode };
  };
  return measured(metrics, async (event: WebSocketEvent): Promise<WebSocketResult> => {
    if (!cameThroughGateway(headerValues(event, ORIGIN_SECRET_HEADER), originSecret)) {
      return refuse(403, 'bypass');
    }
    const admission = admit(
      { origins: headerValues(event, 'origin'), protocols: headerValues(event, 'sec-websocket-protocol') },
      { allowedOrigins, ownOrigin, ticketed: connectionOpener !== undefined },
    );
    if (!admission.admitted) {
      return refuse(admission.status, admission.status === 403 ? 'origin' : 'ticket');
    }
    const { protocol, ticket = '', origins } = admission;
    try {
      if (connectionOpener) {
        const hash = createHash('sha256').update(ticket).digest('base64url');
        const outcome = await connectionOpener.open(connectionOf(event), hash, origins);
        if (outcome === 'unauthorized') {
          return refuse(401, outcome);
        }
      } else {
        await connections.connect(connectionOf(event));
      }
    } catch (error) {
      if (error instanceof Unavailable) {
        return refuse(503, 'unavailable');
      }
      throw error;
    }
    return { statusCode: 200, headers: protocol && { 'Sec-WebSocket-Protocol': protocol } };
  });
}
