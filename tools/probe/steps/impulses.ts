import type { WebSocket } from 'ws';
import { holdingCount } from '../diagnosis/load/held';
import { pageRequest } from '../network/page-request';
import type { Context } from './context';
import { isRateLimit } from './rate-limit';
import { endSocket } from './end-socket';
import { impulseRounds, type Trigger } from './impulse-rounds';
import { closeReason, unanswered } from './open-sockets';
import { type Opener, opener } from './opening';
import { within } from './within';

/** Milliseconds from a frame to the request. The time that a blocked loop adds falls by as much from one to the next. */
const AFTER_FRAME = [2, 10, 20, 35];

/** Milliseconds from the start of a handshake to the request. */
const AFTER_HANDSHAKE = [6];

/** Milliseconds to wait for the answer to a frame, so that its work does not affect the next request. */
const ANSWER = 200;

/** Number of frames without any answer, after which the others are not waited for. */
const UNANSWERED = 3;

/** Share of the answers that refuse a frame because of a rate limit, from which the frames were not handled. */
const LIMITED = 0.2;

/** One handshake or one frame, and a request 2, 10, 20 or 35 ms later, interleaved with requests alone. */
export async function impulses(context: Context): Promise<void> {
  const sockets = opener(context);
  // Beside a socket that stops all requests, a frame shows nothing.
  if (!sockets || holdingCount(context.found.held, 'socket')) {
    return;
  }
  for (const frame of context.plan.socket?.frames ?? []) {
    await afterFrames(context, sockets, frame);
  }
  // Last, because a limit on the number of handshakes would also reject the sockets for the frames.
  await afterHandshakes(context, sockets);
}

async function afterHandshakes({ server, plan, found, show }: Context, sockets: Opener): Promise<void> {
  let sent = 0;
  let answered = 0;
  let dropped: string | undefined;
  let handshake: Promise<void> = Promise.resolve();
  const trigger: Trigger = {
    fire: () =>
      new Promise((started) => {
        handshake = sockets
          .handshake(() => {
            sent++;
            started(server.clock.now());
          })
          .then(
            ({ socket }) => {
              answered++;
              endSocket(socket);
            },
            (error: Error) => {
              dropped = error.message;
              started(server.clock.now());
            },
          );
      }),
    settle: () => handshake,
    dropped: () => dropped,
  };
  const rounds = await impulseRounds(server, pageRequest(plan.request), AFTER_HANDSHAKE, trigger, (round) =>
    show(`requests during a WebSocket handshake, ${round}`),
  );
  found.impulses.push({ kind: 'handshake', ...rounds, sent, answered });
}

async function afterFrames({ server, plan, found, show }: Context, sockets: Opener, frame: string): Promise<void> {
  let dropped: string | undefined;
  let sent = 0;
  let answered = 0;
  let limited = 0;
  let answer: () => void = () => undefined;
  let answeredNow: Promise<void> = Promise.resolve();
  let socket: WebSocket | undefined;
  try {
    socket = await sockets.open((started) => {
      started.on('message', (data) => {
        limited += isRateLimit(String(data), [frame]) ? 1 : 0;
        answer();
      });
      started.once(
        'close',
        (code, reason) => (dropped ??= `the server closed the socket with ${closeReason(code, reason)}`),
      );
    });
  } catch (error) {
    server.signal.throwIfAborted();
    dropped = (error as Error).message;
  }
  const trigger: Trigger = {
    fire: async () => {
      answeredNow = new Promise((resolve) => {
        answer = () => {
          answered++;
          answer = () => undefined;
          resolve();
        };
      });
      socket?.send(frame);
      sent++;
      return server.clock.now();
    },
    settle: () => within(answered > 0 || sent <= UNANSWERED ? ANSWER : 0, answeredNow, server.signal),
    dropped: () => dropped,
  };
  try {
    const rounds =
      dropped === undefined
        ? await impulseRounds(server, pageRequest(plan.request), AFTER_FRAME, trigger, (round) =>
            show(`requests after the frame ${JSON.stringify(frame)}, ${round}`),
          )
        : { quiet: [], after: [], dropped };
    if (socket && answered === 0 && dropped === undefined && (await unanswered([socket], server.signal)) > 0) {
      dropped = 'the socket answers neither frames nor a ping';
    }
    if (limited > LIMITED * sent) {
      dropped ??= `the server answered ${limited} of ${sent} frames with a rate limit`;
    }
    const ended = rounds.dropped ?? dropped;
    found.impulses.push({
      kind: 'frame',
      frame,
      ...rounds,
      sent,
      answered,
      ...(ended !== undefined && { dropped: ended }),
    });
  } finally {
    if (socket) {
      endSocket(socket);
    }
  }
}
