import { milliseconds } from '../../../words';
import type { Impulse, Measurements, Storm } from '../../measurements';
import type { Plan } from '../../plan';
import { type Found, type Undecided, withoutFix } from '../cause';
import { FLOOR, RATIO } from '../thresholds';
import { type Compared, compareRounds, idleAgainstIdle, LOOKS } from './compare';
import { judge } from './impulse-verdict';

/** Share of the answers of single frames that a storm must have, because the last ones arrive after its end. */
const ANSWERED = 0.9;

/** Share of the frames that the server refuses because of a rate limit, from which the storm did not happen. */
const LIMITED = 0.2;

/** Factor by which requests must wait longer in a storm than its frames explain one by one, to be a cause of its own. */
const MUCH_MORE = 3;

/** Share of the requests that fail under load, from which that is a cause. */
const FAILING = 0.02;

/** Causes, if frames on many sockets slow requests or let them fail. Pure. */
export function stormCauses(plan: Plan, { storm, impulses }: Pick<Measurements, 'storm' | 'impulses'>): Found[] {
  if (!storm || stormProblem(storm, impulses)) {
    return [];
  }
  const compared = compareRounds(storm.rounds);
  const slowed = compared.verdict === 'slowed' && !explained(plan, impulses, compared) && !prober(storm, compared);
  return [...(slowed ? [slower(storm, compared)] : []), ...(fails(storm) ? [failing(storm)] : [])];
}

/** The reason why the storm decides nothing, if it does not. Pure. */
export function stormUndecided({ storm, impulses }: Pick<Measurements, 'storm' | 'impulses'>): Undecided | undefined {
  if (!storm) {
    return undefined;
  }
  const question = 'whether traffic on many WebSockets slows requests';
  const problem = stormProblem(storm, impulses);
  if (problem) {
    return { question, ...problem };
  }
  const compared = compareRounds(storm.rounds);
  if (compared.verdict === 'slowed') {
    return prober(storm, compared)
      ? {
          question,
          reason: `the probe itself sent requests up to ${milliseconds(lateness(storm))} later beside frames, out of a difference of ${milliseconds(adds(compared))}`,
          fix: 'Close other programs, or run the probe on another machine.',
        }
      : undefined;
  }
  // A frame that blocks the loop answers the question, whatever the traffic adds to it.
  return compared.verdict === 'isolated' || longestBlock(impulses) > 0
    ? undefined
    : {
        question,
        reason: `after ${storm.rounds.length} rounds, requests take ${longer(compared.mean)} on average and ${longer(compared.p90)} at the 90th percentile, so it is open if that is more than ${FLOOR} ms and a factor of ${RATIO}`,
        fix: 'Close other programs, and measure again.',
      };
}

/** A reason why the numbers of the storm mean nothing: it did not happen, or this machine was too busy. */
function stormProblem(
  { sockets, rounds, frames, dropped, limited = 0, silent, idleFailures = [], discarded = 0 }: Storm,
  impulses: readonly Impulse[],
): Omit<Undecided, 'question'> | undefined {
  const sent = `after ${frames.sent} frames`;
  const gentler = 'Pass a smaller number with --messages or --sockets, or raise the limits on a test server.';
  const again = 'Close other programs, and measure again.';
  if (dropped.length > 0) {
    return {
      reason: `the server closed or rejected ${dropped.length} of ${sockets.requested} sockets ${sent}: ${withoutFix(dropped[0])}`,
      fix: gentler,
    };
  }
  if (sockets.opened < sockets.requested) {
    return { reason: `only ${sockets.opened} of ${sockets.requested} sockets opened`, fix: gentler };
  }
  if (silent > 0) {
    return { reason: `${silent} of ${sockets.opened} sockets did not answer a ping within 2 s ${sent}`, fix: gentler };
  }
  if (limited > LIMITED * frames.sent) {
    return { reason: `the server answered ${limited} of ${frames.sent} frames with a rate limit`, fix: gentler };
  }
  const single = singleAnswers(impulses);
  if (frames.sent > 0 && frames.received < ANSWERED * single * frames.sent) {
    return {
      reason: `the sockets received ${frames.received} frames for ${frames.sent} sent, and ${(single * frames.sent).toFixed(0)} were expected: the server did not handle all of them`,
      fix: gentler,
    };
  }
  const requests = rounds.flatMap(({ idle }) => idle).length;
  if (idleFailures.length > FAILING * requests) {
    return {
      reason: `${idleFailures.length} of ${requests} requests failed without any frame: ${withoutFix(idleFailures[0])}`,
      fix: 'Raise the rate limit on a test server, and measure again.',
    };
  }
  if (rounds.length < (LOOKS[0] ?? 0)) {
    return {
      reason: `only ${rounds.length} rounds were measured, and ${discarded} left out because this machine was busy`,
      fix: again,
    };
  }
  const { ratio, difference } = idleAgainstIdle(rounds);
  const drift = ratio > RATIO && difference > FLOOR;
  return drift && compareRounds(rounds).mean.ratio.low < ratio
    ? {
        reason: `the requests without frames differ among themselves: ${milliseconds(difference)} between odd and even rounds, a factor of ${ratio.toFixed(2)}`,
        fix: again,
      }
    : undefined;
}

/** Answers to one frame on one socket, from 0 to 1, on average over the kinds of frames that were measured. */
function singleAnswers(impulses: readonly Impulse[]): number {
  const frames = impulses.filter(({ kind, sent }) => kind === 'frame' && sent > 0);
  return frames.length === 0 ? 0 : frames.reduce((sum, { sent, answered }) => sum + answered / sent, 0) / frames.length;
}

/** Milliseconds for which the worst frame blocks the server; 0 if none does. */
function longestBlock(impulses: readonly Impulse[]): number {
  return Math.max(0, ...impulses.filter(({ kind }) => kind === 'frame').map((impulse) => judge(impulse).blocked));
}

/** True if the difference is what the blocked loop of each single frame makes, so that it is the same cause. */
function explained(plan: Plan, impulses: readonly Impulse[], { mean }: Compared): boolean {
  const frames = impulses.filter(({ kind }) => kind === 'frame');
  const blocked = frames.map((impulse) => judge(impulse).blocked);
  if (longestBlock(impulses) === 0) {
    return false;
  }
  const each = blocked.reduce((sum, ms) => sum + ms, 0) / blocked.length;
  const busy = ((plan.load?.messages ?? 0) * each) / 1000;
  // A server that is busy most of the time has a queue of any length.
  return busy >= 0.8 || mean.difference.low < MUCH_MORE * waitBehind(busy, Math.max(...blocked));
}

/** Mean wait for a server that does one thing at a time, each for the same time, started at random: Pollaczek and Khinchine. */
function waitBehind(busy: number, ms: number): number {
  return (busy * ms) / (2 * (1 - busy));
}

/** True if the probe's own lateness is a large part of the difference. */
function prober(storm: Storm, compared: Compared): boolean {
  return lateness(storm) > FLOOR && adds(compared) < MUCH_MORE * lateness(storm);
}

function lateness({ late = { idle: 0, loaded: 0 } }: Storm): number {
  return Math.max(0, late.loaded - late.idle);
}

function adds({ mean, p90 }: Compared): number {
  return Math.max(mean.difference.estimate, p90.difference.estimate);
}

function slower({ sockets, frames, rounds }: Storm, compared: Compared): Found {
  const { mean, p90 } = compared;
  const ms = (estimate: number) => milliseconds(Math.max(0, estimate));
  return {
    id: 'slow-under-load',
    adds: Math.max(0, mean.difference.estimate),
    to: 'request beside sockets',
    because: `traffic on ${count(sockets.opened)}: requests wait for work that the frames cause`,
    fault: true,
    found:
      `While ${count(sockets.opened)} sent ${frames.sent} frames in ${rounds.length} rounds, requests took ${ms(mean.difference.estimate)} longer on ` +
      `average, and ${ms(p90.difference.estimate)} longer at the 90th percentile (${p90.ratio.estimate.toFixed(1)} times, between ${range(p90)}).`,
  };
}

function fails({ rounds, failures, idleFailures = [] }: Storm): boolean {
  const requests = rounds.flatMap(({ loaded }) => loaded).length;
  return failures.length > FAILING * requests && failures.length > 2 * idleFailures.length;
}

function failing({ sockets, rounds, failures }: Storm): Found {
  const requests = rounds.flatMap(({ loaded }) => loaded).length;
  return {
    ...({ id: 'failing-under-load', adds: 0, to: 'request beside sockets', fault: true } as const),
    because: `traffic on ${count(sockets.opened)}: requests fail beside it`,
    found: `While ${count(sockets.opened)} sent frames, ${failures.length} of ${requests} requests failed: ${withoutFix(failures[0])}.`,
  };
}

function longer({ difference: { low, high }, ratio }: Compared['mean']): string {
  return `${low.toFixed(1)} to ${high.toFixed(1)} ms (a factor of ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}) longer`;
}

function range({ ratio }: Compared['mean']): string {
  return `${ratio.low.toFixed(2)} and ${ratio.high.toFixed(2)}`;
}

function count(sockets: number): string {
  return sockets === 1 ? '1 WebSocket' : `${sockets} WebSockets`;
}
