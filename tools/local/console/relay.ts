import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import WebSocket from 'ws';

/** First message of the page: the connection to open. `headers` has one header a line; `protocols` are separated by commas. */
interface Connect {
  readonly connect: string;
  readonly headers: string;
  readonly protocols: string;
}

/** Message of the page for the endpoint. */
interface Frame {
  readonly frame: string;
}

/** Message to the page. */
type Relayed =
  | { readonly opened: { readonly protocol: string } }
  | { readonly frame: string }
  | { readonly bytes: number }
  | { readonly refused: { readonly status: number; readonly body: string } }
  | { readonly closed: { readonly code: number; readonly reason: string } }
  | { readonly failed: string };

/** Maximum characters of a refusal's body that the page shows. */
const BODY = 2000;

/**
 * Connects a page to an endpoint of the run: opens the connection that the page's first message describes, and carries frames in both
 * directions. It shows what a browser hides: headers of its own, and the status and body of a refusal.
 *
 * @param isEndpoint - decides whether a URL belongs to the run
 */
export function relay(page: WebSocket, isEndpoint: (url: URL) => boolean): void {
  let client: WebSocket | undefined;
  const tell = (message: Relayed) => page.send(JSON.stringify(message));
  const end = (message: Relayed) => {
    tell(message);
    page.close();
  };
  page.on('message', (data) => {
    try {
      const message = JSON.parse(String(data)) as Connect | Frame | { readonly disconnect: true };
      if ('frame' in message) {
        client?.send(message.frame);
      } else if ('disconnect' in message) {
        client?.close(1000);
      } else {
        client = open(message, isEndpoint);
        follow(client);
      }
    } catch (error) {
      end({ failed: (error as Error).message });
    }
  });
  page.on('close', () => client?.close());

  function follow(opening: WebSocket): void {
    opening.on('open', () => tell({ opened: { protocol: opening.protocol } }));
    opening.on('message', (frame: Buffer, isBinary) =>
      tell(isBinary ? { bytes: frame.length } : { frame: frame.toString() }),
    );
    opening.on('unexpected-response', (_request, response: IncomingMessage) => {
      void textOf(response).then((body) =>
        end({ refused: { status: response.statusCode ?? 0, body: body.slice(0, BODY) } }),
      );
    });
    opening.on('close', (code, reason) => end({ closed: { code, reason: reason.toString() } }));
    opening.on('error', (error) => end({ failed: error.message }));
  }
}

function open({ connect, headers, protocols }: Connect, isEndpoint: (url: URL) => boolean): WebSocket {
  const url = new URL(connect);
  if (!isEndpoint(url)) {
    throw new Error(`${url.origin} is not an endpoint of this run.`);
  }
  const names = protocols.split(',').flatMap((name) => name.trim() || []);
  return new WebSocket(url, names, { headers: parseHeaders(headers) });
}

/** @param text - `Authorization: Bearer …`, one header a line. Throws for a line without a colon */
function parseHeaders(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const wrong = lines.find((line) => !/^[\w-]+\s*:/.test(line));
  if (wrong !== undefined) {
    throw new Error(`A header must be NAME: VALUE, got "${wrong}".`);
  }
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}
