import { make } from '../elements';
import { type Phase, phasesOf, type Timing } from '../timing';
import { milliseconds } from '../../../words';

const NAMES: Record<Exclude<Phase['name'], 'ahead'>, string> = {
  lookup: 'DNS lookup',
  connect: 'connection',
  tls: 'TLS',
  waiting: 'waiting for the response',
  receiving: 'receiving the response',
  hidden: 'steps hidden by the server',
};

/** A request to draw. Times are in milliseconds. */
interface Drawn {
  readonly total: number;
  /** Absent if the browser hides it. */
  readonly timing?: Timing;
}

/**
 * @param preflight - true if the browser sends a preflight for them
 * @returns a drawing of the phases of a first and a second request, on one scale
 */
export function drawWaterfall(requests: readonly Drawn[], preflight: boolean): HTMLElement {
  const names = { ...NAMES, ahead: preflight ? 'preflight or queue' : 'queue in the browser' };
  const longest = Math.max(...requests.map(({ total }) => total));
  return make(
    'div',
    { id: 'waterfall' },
    ...requests.map(({ total, timing }, index) => {
      const phases = (timing ? phasesOf(timing) : [{ name: 'hidden' as const, milliseconds: total }]).filter(
        (phase) => phase.milliseconds > 0,
      );
      return make(
        'div',
        { className: 'request' },
        make('h4', {}, `${index === 0 ? 'First' : 'Second'} request: ${milliseconds(total)}`),
        bar(phases, longest),
        legend(phases, names),
      );
    }),
  );
}

function bar(phases: readonly Phase[], longest: number): HTMLElement {
  const parts = phases.map((phase) => {
    const part = make('span', { className: phase.name });
    part.style.width = `${(phase.milliseconds / longest) * 100}%`;
    return part;
  });
  return make('div', { className: 'bar', ariaHidden: 'true' }, ...parts);
}

function legend(phases: readonly Phase[], names: Record<Phase['name'], string>): HTMLElement {
  const items = phases.map((phase) =>
    make(
      'li',
      {},
      make('span', { className: `key ${phase.name}`, ariaHidden: 'true' }),
      `${names[phase.name]} ${milliseconds(phase.milliseconds)}`,
    ),
  );
  return make('ul', { className: 'phases' }, ...items);
}
