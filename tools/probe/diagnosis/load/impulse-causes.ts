import { milliseconds } from '../../../words';
import type { Impulse } from '../../measurements';
import { type Found, type NotMeasured, type Undecided, withoutFix } from '../cause';
import { FEWEST, type ImpulseVerdict, judge } from './impulse-verdict';

/** Share of the requests from which all of them wait. The first ones can overtake the frame. */
const ALL = 0.75;

/** The cause, if a frame or a handshake delays the requests shortly after it. Pure. */
export function impulseCause(impulse: Impulse): Found | undefined {
  const judged = judge(impulse);
  if (judged.verdict !== 'blocks') {
    return undefined;
  }
  const { blocked, share } = judged;
  const blocks = `${share >= ALL ? 'the server answers' : 'one of the workers answers'} nothing else for about ${milliseconds(blocked)}`;
  const handshake = impulse.kind === 'handshake';
  return {
    id: handshake ? 'handshake-blocks-loop' : 'frame-blocks-loop',
    adds: blocked,
    to: 'request beside sockets',
    because: handshake ? `WebSocket handshakes: ${blocks}` : `the WebSocket frame ${nameOfFrame(impulse)}: ${blocks}`,
    fault: true,
    found: `${delays(impulse, judged)} ${scope(judged)}`,
  };
}

/** The reason why the impulse decides nothing, if it does not. Pure. */
export function impulseUndecided(impulse: Impulse): Undecided | undefined {
  const judged = judge(impulse);
  // A delay that was measured before the socket was closed stays a delay.
  if (judged.verdict === 'blocks') {
    return undefined;
  }
  const question =
    impulse.kind === 'handshake'
      ? 'whether a WebSocket handshake slows requests'
      : `whether the WebSocket frame ${nameOfFrame(impulse)} slows requests`;
  const { dropped, sent, answered } = impulse;
  const samples = impulse.after[0]?.ms.length ?? 0;
  if (dropped !== undefined && (impulse.kind === 'frame' || judged.verdict === 'undecided')) {
    const what = impulse.kind === 'handshake' ? 'handshakes' : 'frames';
    return {
      question,
      reason: `the measurement stopped after ${sent} ${what}, ${answered} of them answered: ${withoutFix(dropped)}`,
      fix: 'Check the frame, the greeting and the access, or raise the rate limit on a test server, and measure again.',
    };
  }
  if (judged.verdict === 'clear') {
    return undefined;
  }
  if (samples < FEWEST) {
    return {
      question,
      reason: `only ${samples} of at least ${FEWEST} requests could be measured, because this machine was busy (${impulse.discarded ?? 0} were left out)`,
      fix: 'Close other programs, and measure again.',
    };
  }
  return {
    question,
    reason: `${differences(judged)}: too uncertain on this machine`,
    fix: 'Close other programs, and measure again.',
  };
}

/** A frame without any answer: maybe the server ignores it. Pure. */
export function unanswered(impulse: Impulse): NotMeasured | undefined {
  const { kind, sent, answered, dropped } = impulse;
  return kind === 'frame' && sent > 0 && answered === 0 && dropped === undefined && judge(impulse).verdict === 'clear'
    ? {
        what: `whether the server handles the frame ${nameOfFrame(impulse)}: it answered none of ${sent}`,
        check: 'Use a frame that the server answers, or check in its log that it handles this one.',
      }
    : undefined;
}

/** A frame as JSON text, shortened. */
export function nameOfFrame({ frame = '' }: Pick<Impulse, 'frame'>): string {
  return JSON.stringify(frame.length > 40 ? `${frame.slice(0, 39)}…` : frame);
}

function delays({ kind }: Impulse, { adds }: ImpulseVerdict): string {
  const [first, ...others] = adds.map(({ offset, by }) => ({ offset, ms: milliseconds(Math.max(0, by.estimate)) }));
  const what = kind === 'handshake' ? 'the start of a handshake' : 'the frame';
  const others_ = others.map(({ offset, ms }) => `${offset} ms after it ${ms}`).join(', ');
  return `A request ${first?.offset} ms after ${what} took ${first?.ms} longer than one alone${others_ && `, ${others_}`}.`;
}

function scope({ share }: ImpulseVerdict): string {
  return share >= ALL
    ? 'That is one event loop, process or lock that does one thing at a time.'
    : `${Math.round(share * 100)} % of the requests waited: the server has several workers, or does the work later.`;
}

function differences({ adds }: ImpulseVerdict): string {
  return adds
    .map(({ offset, by }) => `${offset} ms after it, it adds from ${by.low.toFixed(1)} to ${by.high.toFixed(1)} ms`)
    .join(', ');
}
