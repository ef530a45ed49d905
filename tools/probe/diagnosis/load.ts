import type { Measurements } from '../measurements';
import type { Plan } from '../plan';
import type { Found, NotMeasured, Undecided } from './cause';
import { holdingCount } from './load/held';
import { heldCauses, heldUndecided } from './load/held-causes';
import { impulseCause, impulseUndecided, unanswered } from './load/impulse-causes';
import { stormCauses, stormUndecided } from './load/storm-verdict';

/** Causes, open questions and questions that cannot be answered, of sockets and silent connections. */
export interface LoadDiagnosis {
  readonly causes: Found[];
  readonly undecided: Undecided[];
  readonly notMeasured: NotMeasured[];
}

/** Causes of requests that are slow because of sockets or silent connections. Pure. */
export function loadCauses(plan: Plan, found: Measurements): LoadDiagnosis {
  return {
    causes: [...heldCauses(found), ...impulsesCauses(found), ...stormCauses(plan, found)],
    undecided: [
      ...heldUndecided(found),
      ...defined(found.impulses.map(impulseUndecided)),
      ...behindOneSocket(plan, found),
      ...defined([stormUndecided(found)]),
    ],
    notMeasured: defined(found.impulses.map(unanswered)),
  };
}

/** Questions that the user did not ask, because they need more options. Pure. */
export function notAsked({ socket, load }: Pick<Plan, 'socket' | 'load'>): NotMeasured[] {
  return [
    ...(socket ? [] : [{ what: 'whether the WebSocket slows requests', check: 'Pass --websocket URL.' }]),
    ...(socket && socket.frames.length === 0
      ? [
          {
            what: 'whether WebSocket frames slow requests',
            check: 'Pass --frame TEXT, with a frame that the page sends.',
          },
        ]
      : []),
    ...(load
      ? []
      : [
          {
            what: `whether silent connections${socket ? ', many WebSockets and traffic on them' : ''} stop or slow requests`,
            check: 'Pass --load, on a server that no one else uses, because it slows the requests of all users.',
          },
        ]),
  ];
}

/** One cause for each id: the frame that blocks longest. */
function impulsesCauses({ impulses }: Measurements): Found[] {
  const causes = defined(impulses.map(impulseCause)).sort((a, b) => b.adds - a.adds);
  return causes.filter(({ id }, index) => causes.findIndex((cause) => cause.id === id) === index);
}

/** Beside one socket that already stops all requests, no frame can be measured. */
function behindOneSocket({ socket }: Plan, { held }: Measurements): Undecided[] {
  const holding = holdingCount(held, 'socket');
  return socket && socket.frames.length > 0 && holding?.requested === 1
    ? [
        {
          question: 'whether WebSocket frames slow requests',
          reason: 'one open WebSocket already stops all requests',
          fix: 'Fix that first, and measure again.',
        },
      ]
    : [];
}

function defined<Value>(values: readonly (Value | undefined)[]): Value[] {
  return values.filter((value) => value !== undefined);
}
