import { LatencyChart, type Line } from './chart';
import type { Config } from './config';
import { element, make, onSubmit } from './elements';
import { InvalidInput, readFields } from './fields';
import { EVERY, Latencies } from './latencies';
import { type LoadResult, MEASURES, verdict } from './load-result';
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

interface Load {
  readonly sockets: number;
  readonly messagesPerSecond: number;
  readonly seconds: number;
}

/**
 * Part of the page that puts the same WebSocket load on each server, one after the other, and draws the latency of HTTP before,
 * during and after it.
 */
export class Storming {
  private readonly chart = new LatencyChart(element('chart', HTMLDivElement), BASELINE);
  private readonly form = element('storm', HTMLFormElement);
  private readonly status = element('load-status', HTMLParagraphElement);
  private readonly verdicts = element('verdicts', HTMLDivElement);
  private readonly stopButton = element('storm-stop', HTMLButtonElement);
  private readonly targets: readonly Target[];
  private readonly results = new Map<Target, LoadResult>();
  private running = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly session: () => Session,
  ) {
    const { http, websocket, comparison } = config;
    this.targets = [
      // First, because the lanes continue with messages that a load test has stopped to wait for.
      ...(comparison
        ? [
            {
              label: 'Single process',
              color: '--single',
              http: comparison,
              websocket: comparison.replace(/^http/, 'ws'),
              tickets: false,
            },
          ]
        : []),
      { label: 'Twinlane', color: '--lanes', http, websocket, tickets: true },
    ];
    element('servers', HTMLTableRowElement).append(
      ...this.targets.map(({ label }) => make('th', { scope: 'col' }, label)),
    );
    this.fillTable();
    onSubmit(this.form, () => this.run());
    this.stopButton.addEventListener('click', () => this.stop());
  }

  stop(): void {
    this.running.abort(new Error('The load test was stopped.'));
  }

  private async run(): Promise<void> {
    const load = readFields({
      sockets: () => numberOf('sockets'),
      messagesPerSecond: () => numberOf('rate'),
      seconds: () => numberOf('seconds'),
    });
    const running = new AbortController();
    this.running = running;
    this.busy(true);
    this.results.clear();
    this.verdicts.replaceChildren();
    this.fillTable();
    const lines: Line[] = [];
    try {
      for (const target of this.targets) {
        const latencies = new Latencies();
        lines.push({ ...target, label: `${target.label}: HTTP latency (ms)`, latencies });
        await this.chart.show(lines);
        const result = await this.measure(target, load, latencies, running.signal);
        this.results.set(target, result);
        this.fillTable();
        this.verdicts.append(make('p', {}, verdict(target.label, load.messagesPerSecond, result)));
      }
      this.status.replaceChildren('Finished');
    } catch (error) {
      this.status.replaceChildren(running.signal.aborted ? 'Stopped' : '');
      if (!running.signal.aborted) {
        throw error;
      }
    } finally {
      running.abort();
      this.busy(false);
    }
  }

  /** Measures HTTP while WebSockets are idle, then while messages are sent, then without them. */
  private async measure(target: Target, load: Load, http: Latencies, signal: AbortSignal): Promise<LoadResult> {
    const { sockets, messagesPerSecond, seconds } = load;
    const loaded = [BASELINE, BASELINE + (seconds * 1000) / EVERY] as const;
    const show = (text: string) => this.status.replaceChildren(`${target.label}: ${text}`);
    let storm: Storm | undefined;
    try {
      show(`opening ${sockets} WebSockets`);
      storm = await this.open(target, sockets, signal);
      const measure = (from: number, to: number) =>
        probe(target.http, http, [from, to], signal, () => this.chart.refresh());
      show('measuring HTTP while the WebSockets are idle');
      await measure(0, BASELINE);
      show(`sending ${messagesPerSecond} messages per second for ${seconds} seconds`);
      const [messages] = await Promise.all([
        storm.run({ topic: TOPIC, messagesPerSecond, seconds }),
        measure(BASELINE, loaded[1] + AFTER),
      ]);
      return { http, loaded, messages };
    } finally {
      storm?.stop();
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

  /** Shows the results, with a dash for each one that is not measured yet. */
  private fillTable(): void {
    const rows = MEASURES.map(([label, value]) => {
      const cells = this.targets.map((target) => {
        const result = this.results.get(target);
        return make('td', {}, result ? value(result) : '–');
      });
      return make('tr', {}, make('th', { scope: 'row' }, label), ...cells);
    });
    element('results', HTMLTableSectionElement).replaceChildren(...rows);
  }
}

/** @returns the number in a field. Throws {@link InvalidInput} if it is not a whole number within the bounds of the field */
function numberOf(id: string): number {
  const input = element(id, HTMLInputElement);
  const value = Number(input.value);
  if (input.value === '' || !Number.isInteger(value) || value < Number(input.min) || value > Number(input.max)) {
    const message = `${input.labels?.[0]?.textContent} must be a whole number from ${input.min} to ${input.max}.`;
    throw new InvalidInput({ input, message });
  }
  return value;
}
