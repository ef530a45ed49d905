import type uPlot from 'uplot';
import { EVERY, type Latencies } from './latencies';

/** Pixels. */
const HEIGHT = 240;

/** A line of the chart. */
export interface Line {
  readonly label: string;
  /** CSS custom property with the color of the line: `--lanes`. */
  readonly color: string;
  readonly latencies: Latencies;
}

/** Live chart of HTTP latency: milliseconds over the seconds since the load started. */
export class LatencyChart {
  private plot: uPlot | undefined;
  private lines: readonly Line[] = [];
  private drawing = false;

  /** @param baseline - number of requests before the load starts */
  constructor(
    private readonly box: HTMLElement,
    private readonly baseline: number,
  ) {
    new ResizeObserver(() => this.plot?.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.show(this.lines));
  }

  /** Draws these lines. If that fails, shows the reason in place of the chart and does not reject. */
  async show(lines: readonly Line[]): Promise<void> {
    try {
      this.draw(await loadLibrary(), lines);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Redraws the lines with their current latencies in the next animation frame. */
  refresh(): void {
    if (!this.drawing) {
      this.drawing = true;
      requestAnimationFrame(() => {
        this.drawing = false;
        try {
          this.plot?.setData(this.data());
        } catch (error) {
          this.fail(error);
        }
      });
    }
  }

  private fail(error: unknown): void {
    this.plot = undefined;
    this.box.replaceChildren(
      `The chart cannot be drawn in this browser (${error}). The table below contains the results.`,
    );
  }

  private draw(UPlot: typeof uPlot, lines: readonly Line[]): void {
    this.lines = lines;
    this.plot?.destroy();
    this.box.replaceChildren();
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const axis = { stroke: color('--text'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
    this.plot = new UPlot(
      {
        width: this.box.clientWidth,
        height: HEIGHT,
        scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(10, most * 1.1)] } },
        cursor: { show: false },
        legend: { live: false },
        axes: [
          { ...axis, size: 32, values: (_, seconds) => seconds.map((second) => `${second} s`) },
          { ...axis, values: (_, all) => all.map((milliseconds) => `${milliseconds} ms`), size: 64 },
        ],
        series: [
          { label: 'Seconds' },
          ...lines.map(({ label, color: name }) => ({
            label,
            stroke: color(name),
            width: 2,
            points: { show: false },
          })),
        ],
      },
      this.data(),
      this.box,
    );
  }

  private data(): uPlot.AlignedData {
    const length = Math.max(0, ...this.lines.map(({ latencies }) => latencies.values.length));
    const instants = Array.from({ length }, (_, at) => at);
    return [
      instants.map((at) => ((at - this.baseline) * EVERY) / 1000),
      ...this.lines.map(({ latencies }) => instants.map((at) => latencies.values[at])),
    ] as uPlot.AlignedData;
  }
}

/**
 * Loads uPlot, which formats numbers for `navigator.language` while it loads. In the C locale, which most containers use,
 * Chromium on Linux returns `en-US@posix`. That is not a valid language tag, so `Intl` throws.
 */
async function loadLibrary(): Promise<typeof uPlot> {
  const isTag = isLanguageTag(navigator.language);
  if (!isTag) {
    Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
  }
  try {
    return (await import('uplot')).default;
  } finally {
    if (!isTag) {
      Reflect.deleteProperty(navigator, 'language');
    }
  }
}

function isLanguageTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}
