import { LatencyChart, type Line } from './chart';
import type { Config } from './config';
import { element, InvalidInput, make, onSubmit } from './elements';
import { EVERY, Latencies } from './latencies';
import { probe } from './probe';
import type { Session } from './session';
import { Storm } from './storm';

/** Number of HTTP requests before and after the load. */
const BASELINE = 2_000 / EVERY;
const AFTER = 1_000 / EVERY;

/** WebSockets of each subject. The lane allows 20. */
const SOCKETS_OF_A_SUBJECT = 10;

const TOPIC = 'storm';

/** Server under test. */
interface Target {
  readonly label: string;
  readonly color: string;
  readonly http: string;
  readonly websocket: string;
  /** True if its WebSockets require tickets. */
  readonly tickets: boolean;
}

/** Part of the page that puts WebSocket load on a server and draws the latency of HTTP before, during and after it. */
export class Storming {
  private readonly chart = new LatencyChart(element('chart', HTMLDivElement), BASELINE);
  private readonly form = element('storm', HTMLFormElement);
  private readonly status = element('load-status', HTMLParagraphElement);
  private readonly results = element('results', HTMLTableSectionElement);
  private readonly stopButton = element('storm-stop', HTMLButtonElement);
  private readonly lines = new Map<string, Line>();
  private readonly targets: Record<string, Target>;
  private running = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly session: () => Session,
  ) {
    const { http, websocket, comparison } = config;
    this.targets = {
      lanes: { label: 'Twinlane', color: '--lanes', http, websocket, tickets: true },
      ...(comparison && {
        single: {
          label: 'Single process',
          color: '--single',
          http: comparison,
          websocket: comparison.replace(/^http/, 'ws'),
          tickets: false,
        },
      }),
    };
    element('storm-single', HTMLButtonElement).hidden = !comparison;
    let chosen = 'lanes';
    this.form.addEventListener(
      'submit',
      ({ submitter }) => {
        chosen = (submitter as HTMLButtonElement | null)?.value ?? chosen;
      },
      { capture: true },
    );
    onSubmit(this.form, () => this.run(chosen));
    this.stopButton.addEventListener('click', () => this.stop());
  }

  stop(): void {
    this.running.abort(new Error('The load test was stopped.'));
  }

  private async run(name: string): Promise<void> {
    const target = this.targets[name];
    const [sockets, messagesPerSecond, seconds] = ['sockets', 'rate', 'seconds'].map(numberOf);
    if (!target || !sockets || !messagesPerSecond || !seconds) {
      return;
    }
    const running = new AbortController();
    this.running = running;
    this.busy(true);
    const latencies = new Latencies();
    this.lines.set(name, { ...target, latencies });
    await this.chart.show([...this.lines.values()]);
    const loaded = [BASELINE, BASELINE + (seconds * 1000) / EVERY] as const;
    let storm: Storm | undefined;
    try {
      this.status.replaceChildren(`Opening ${sockets} WebSockets`);
      storm = await this.open(target, sockets, running.signal);
      const measure = (from: number, to: number) =>
        probe(target.http, latencies, [from, to], running.signal, () => this.chart.refresh());
      this.status.replaceChildren('Baseline: WebSockets are idle');
      await measure(0, BASELINE);
      this.status.replaceChildren(`Load test: sending messages for ${seconds} seconds`);
      const started = performance.now();
      await Promise.all([storm.run({ topic: TOPIC, messagesPerSecond, seconds }), measure(...loaded)]);
      const arrivedPerSecond = storm.delivered / ((performance.now() - started) / 1000);
      await measure(loaded[1], loaded[1] + AFTER);
      this.result(name, target.label, latencies, loaded, arrivedPerSecond);
      const refused = storm.refused.size > 0 ? ` Some messages were rejected: ${[...storm.refused].join(', ')}.` : '';
      this.status.replaceChildren(`Finished. ${Math.round(arrivedPerSecond)} messages per second arrived.${refused}`);
    } catch (error) {
      this.status.replaceChildren(running.signal.aborted ? 'Stopped' : '');
      if (!running.signal.aborted) {
        throw error;
      }
    } finally {
      running.abort();
      storm?.stop();
      this.busy(false);
    }
  }

  private async open({ websocket, tickets }: Target, sockets: number, signal: AbortSignal): Promise<Storm> {
    const { http } = this.config;
    const tokens = tickets ? await this.session().stormTokens(Math.ceil(sockets / SOCKETS_OF_A_SUBJECT)) : [];
    return Storm.open({ http, websocket, topic: TOPIC, sockets, tokens }, signal);
  }

  private busy(busy: boolean): void {
    for (const button of this.form.querySelectorAll('button')) {
      button.disabled = busy !== (button === this.stopButton);
    }
    if (busy) {
      this.stopButton.focus();
    }
  }

  private result(
    name: string,
    label: string,
    latencies: Latencies,
    [from, to]: readonly [number, number],
    arrivedPerSecond: number,
  ): void {
    const shown = (share: number, first: number, last: number) =>
      latencies.percentile(share, first, last)?.toFixed(1) ?? '–';
    const cells = [
      shown(0.5, 0, from),
      shown(0.99, 0, from),
      shown(0.5, from, to),
      shown(0.99, from, to),
      `${latencies.failed}`,
      arrivedPerSecond.toFixed(0),
    ];
    const row = make(
      'tr',
      { id: `result-${name}` },
      make('th', { scope: 'row' }, label),
      ...cells.map((text) => make('td', {}, text)),
    );
    document.getElementById(row.id)?.remove();
    this.results.append(row);
  }
}

/** @returns the number in a field. Throws {@link InvalidInput} if it is not a whole number within the bounds of the field */
function numberOf(id: string): number {
  const input = element(id, HTMLInputElement);
  const value = Number(input.value);
  if (input.value === '' || !Number.isInteger(value) || value < Number(input.min) || value > Number(input.max)) {
    throw new InvalidInput(
      input,
      `${input.labels?.[0]?.textContent} must be a whole number from ${input.min} to ${input.max}.`,
    );
  }
  return value;
}
