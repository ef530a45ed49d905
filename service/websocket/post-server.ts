import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorFields, type Logger } from '../../lambda/logger';
import { POST_BYTES, unpack } from '../../lambda/realtime/task-posts';
import type { Membership } from './membership';

export interface PostServerOptions {
  /** Membership of this server; undefined while it has none. */
  readonly membership: () => Membership | undefined;
  readonly logger: Logger;
}

/** Milliseconds for which an idle connection is kept: longer than the functions keep theirs. */
const KEEP_ALIVE = 60_000;

/** Maximum bytes of a post. A frame that is larger than POST_BYTES is posted alone. */
const MOST_BYTES = 2 * POST_BYTES;

/**
 * Receives messages from the functions of the lane, in the network of the lane:
 *
 * - `POST /@connections/{task}`: frames for the sockets that are subscribed to their topics, see `packForTask`
 * - `POST /@connections/{socket}`: a text for one socket
 * - `DELETE /@connections/{socket}`: closes a socket
 *
 * 200, 400 for a post that is not one, 401 without the secret of the task, 410 for an id that is not open here, 413 for a post
 * that is too large.
 */
export function postServer({ membership, logger }: PostServerOptions): Server {
  const server = createServer((request, response) => {
    void statusOf(request, membership())
      .catch((error: unknown) => {
        logger({ event: 'post_failed', ...errorFields(error) });
        return 400;
      })
      .then((status) => response.writeHead(status, { 'content-length': 0 }).end());
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  return server;
}

async function statusOf(request: IncomingMessage, membership: Membership | undefined): Promise<number> {
  const [, encoded] = /^\/@connections\/([^/?]+)$/.exec(request.url ?? '') ?? [];
  if (!membership || !isAuthorized(request, membership.task.secret)) {
    return 401;
  }
  if (encoded === undefined) {
    return 404;
  }
  const { 'content-length': bytes = 0, 'transfer-encoding': chunked } = request.headers;
  if (chunked !== undefined || Number(bytes) > MOST_BYTES) {
    return 413;
  }
  const id = decodeURIComponent(encoded);
  const body = await text(request);
  if (!membership.held) {
    // Without its lease, this task is about to close its sockets, and others know it as gone.
    return 410;
  }
  if (request.method === 'DELETE') {
    return membership.close(id) ? 200 : 410;
  }
  if (request.method !== 'POST') {
    return 405;
  }
  if (id === membership.task.id) {
    for (const frame of unpack(body)) {
      if (request.socket.destroyed) {
        // The sender has given up, and posts all of it again.
        return 400;
      }
      membership.topics.send(frame.topic, frame.text);
      // A frame for thousands of sockets takes a while. The lease and other sockets do not wait for all frames of the post.
      await nextTurn();
    }
    return 200;
  }
  const socket = membership.sockets.get(id);
  socket?.send(body);
  return socket ? 200 : 410;
}

function isAuthorized({ headers }: IncomingMessage, secret: string): boolean {
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${secret}`));
}

/** Digests have the same length, and their comparison takes constant time. */
function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
