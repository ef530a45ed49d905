import { make } from './elements';
import { type Phase, phasesOf, type Timing } from './timing';

const NAMES: Record<Phase['name'], string> = {
  ahead: 'preflight or queue',
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

/** @returns a drawing of the phases of a first and a second request, on one scale */
export function drawWaterfall(requests: readonly Drawn[]): HTMLElement {
  const longest = Math.max(...requests.map(({ total }) => total));
  return make(
    'div',
    { id: 'waterfall' },
    ...requests.map(({ total, timing }, index) => {
      const phases = (timing ? phasesOf(timing) : [{ name: 'hidden' as const, milliseconds: total }]).filter(
        ({ milliseconds }) => milliseconds > 0,
      );
      return make(
        'div',
        { className: 'request' },
        make('h4', {}, `${index === 0 ? 'First' : 'Second'} request: ${total.toFixed(1)} ms`),
        bar(phases, longest),
        legend(phases),
      );
    }),
  );
}

function bar(phases: readonly Phase[], longest: number): HTMLElement {
  const parts = phases.map(({ name, milliseconds }) => {
    const part = make('span', { className: name });
    part.style.width = `${(milliseconds / longest) * 100}%`;
    return part;
  });
  return make('div', { className: 'bar', ariaHidden: 'true' }, ...parts);
}

function legend(phases: readonly Phase[]): HTMLElement {
  const items = phases.map(({ name, milliseconds }) =>
    make(
      'li',
      {},
      make('span', { className: `key ${name}`, ariaHidden: 'true' }),
      `${NAMES[name]} ${milliseconds.toFixed(1)} ms`,
    ),
  );
  return make('ul', { className: 'phases' }, ...items);
}
