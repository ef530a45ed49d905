import type { TwinlaneClient } from '../../../client';
import { element, make, onSubmit } from './elements';
import { type Phase, phasesOf, type Timing } from './timing';

const NAMES: Record<Phase['name'], string> = {
  ahead: 'preflight or queue',
  lookup: 'DNS lookup',
  connect: 'connection',
  tls: 'TLS',
  waiting: 'waiting for the response',
  receiving: 'receiving the response',
};

/** Part of the page that publishes twice to a new topic and draws the phases of both requests. */
export function waterfall(client: () => TwinlaneClient, api: string): void {
  const warm = element('warm', HTMLInputElement);
  const drawing = element('waterfall', HTMLDivElement);
  onSubmit(element('first', HTMLFormElement), async () => {
    const topic = `first-request:${crypto.randomUUID()}`;
    const url = new URL(`/v1/topics/${encodeURIComponent(topic)}/messages`, api).href;
    // The buffer holds 250 entries, and a load test fills it.
    performance.clearResourceTimings();
    if (warm.checked) {
      const timed = nextTiming(url);
      await client().warm(topic);
      await timed;
    }
    const timings: Timing[] = [];
    for (const data of ['first', 'second']) {
      const timed = nextTiming(url);
      await client().publish(topic, data);
      timings.push(await timed);
    }
    draw(drawing, timings);
  });
}

/** @returns the timing of the next request to a URL, after it has ended */
function nextTiming(url: string): Promise<PerformanceResourceTiming> {
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      const [entry] = list.getEntriesByName(url) as PerformanceResourceTiming[];
      if (entry) {
        observer.disconnect();
        resolve(entry);
      }
    });
    observer.observe({ type: 'resource' });
  });
}

function draw(drawing: HTMLElement, timings: readonly Timing[]): void {
  const totals = timings.map(({ startTime, responseEnd }) => responseEnd - startTime);
  const longest = Math.max(...totals);
  const [first = 0, second = 0] = totals;
  drawing.replaceChildren(
    ...timings.map((timing, index) => {
      const total = totals[index] ?? 0;
      const phases = phasesOf(timing).filter(({ milliseconds }) => milliseconds > 0);
      const bar = make(
        'div',
        { className: 'bar', ariaHidden: 'true' },
        ...phases.map(({ name, milliseconds }) => {
          const part = make('span', { className: name });
          part.style.width = `${(milliseconds / longest) * 100}%`;
          return part;
        }),
      );
      const text = phases.map(({ name, milliseconds }) =>
        make(
          'li',
          {},
          make('span', { className: `key ${name}`, ariaHidden: 'true' }),
          `${NAMES[name]} ${milliseconds.toFixed(1)} ms`,
        ),
      );
      const title = `${index === 0 ? 'First' : 'Second'} request: ${total.toFixed(1)} ms`;
      return make(
        'div',
        { className: 'request' },
        make('h3', {}, title),
        bar,
        make('ul', { className: 'phases' }, ...text),
      );
    }),
    make('p', {}, `The first request took ${(first / second).toFixed(2)} times as long as the second.`),
  );
}
