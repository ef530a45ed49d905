import { LatencyChart, type Line } from './chart';
import type { Config } from './config';
import { element, InvalidInput, make, onSubmit } from './elements';
import { EVERY, Latencies } from './latencies';
import { probe } from './probe';
import type { Session } from './session';
import { Storm } from './storm';

/** Instants at which HTTP is asked before the storm, and after it. */
const CALM = 2_000 / EVERY;
const AFTER = 1_000 / EVERY;

/** Sockets of one subject: the lane lets it have 20. */
const SOCKETS_OF_A_SUBJECT = 10;

const TOPIC = 'storm';

/** A target of the load test. */
interface Target {
  readonly label: string;
  readonly colour: string;
  readonly http: string;
  readonly websocket: string;
  /** True if its sockets need tickets. */
  readonly tickets: boolean;
}

/** The part of the page that storms a server with sockets, and draws what that does to HTTP. */
export class Storming {
  private readonly chart = new LatencyChart(element('chart', HTMLDivElement), CALM);
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
      lanes: { label: 'Twinlane’s lanes', colour: '--lanes', http, websocket, tickets: true },
      ...(comparison && {
        single: {
          label: 'One process for both',
          colour: '--single',
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
    this.running.abort(new Error('The storm was stopped'));
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
    const storming = [CALM, CALM + (seconds * 1000) / EVERY] as const;
    let storm: Storm | undefined;
    try {
      this.status.replaceChildren(`Opening ${sockets} sockets`);
      storm = await this.gather(target, sockets, running.signal);
      const measure = (from: number, to: number) =>
        probe(target.http, latencies, [from, to], running.signal, () => this.chart.refresh());
      this.status.replaceChildren('Baseline: sockets are idle');
      await measure(0, CALM);
      this.status.replaceChildren(`Load test, for ${seconds} seconds`);
      const begun = performance.now();
      await Promise.all([storm.rage({ topic: TOPIC, messagesPerSecond, seconds }), measure(...storming)]);
      const arrivedPerSecond = storm.delivered / ((performance.now() - begun) / 1000);
      await measure(storming[1], storming[1] + AFTER);
      this.result(name, target.label, latencies, storming, arrivedPerSecond);
      const refused = storm.refused.size > 0 ? ` Some publishes were refused: ${[...storm.refused].join(', ')}.` : '';
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

  private async gather({ websocket, tickets }: Target, sockets: number, signal: AbortSignal): Promise<Storm> {
    const { http } = this.config;
    const tokens = tickets ? await this.session().stormTokens(Math.ceil(sockets / SOCKETS_OF_A_SUBJECT)) : [];
    return Storm.gather({ http, websocket, topic: TOPIC, sockets, tokens }, signal);
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

/** @returns the whole number of a field. Throws {@link InvalidInput} if it is beyond its bounds. */
function numberOf(id: string): number {
  const input = element(id, HTMLInputElement);
  const value = Number(input.value);
  if (input.value === '' || !Number.isInteger(value) || value < Number(input.min) || value > Number(input.max)) {
    throw new InvalidInput(
      input,
      `${input.labels?.[0]?.textContent}: a whole number from ${input.min} to ${input.max}`,
    );
  }
  return value;
}
