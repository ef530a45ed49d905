import { element, make, onSubmit } from '../elements';
import { type Answer, answer } from './answer';
import { probeCommand, type Shell } from './command';
import { type Explanation, explain } from './failure';
import { readOrder } from './form';
import { LostServer, measure, nothingObserved, type Order } from './measure';
import type { Observed } from './observed';
import { drawWaterfall } from './waterfall';

/** Part of the page that measures the first request to any URL. Needs no user. */
export class FirstRequest {
  private readonly form = element('first', HTMLFormElement);
  private readonly status = element('first-status', HTMLParagraphElement);
  private readonly result = element('first-result', HTMLDivElement);
  private readonly stopButton = element('first-stop', HTMLButtonElement);
  private running = new AbortController();

  /** @param api - URL of the HTTP lane, the default */
  constructor(api: string) {
    element('measured-url', HTMLInputElement).value = new URL('/health', api).href;
    onSubmit(this.form, () => this.run());
    this.stopButton.addEventListener('click', () => this.running.abort());
  }

  private async run(): Promise<void> {
    const order = readOrder();
    const observed = nothingObserved(order.request);
    this.running = new AbortController();
    this.busy(true);
    this.result.replaceChildren();
    try {
      const failure = await this.measured(order, observed);
      if (failure) {
        this.explain(explain(failure, observed), order);
      } else if (observed.again.length > 0) {
        this.show(answer(observed), observed, order);
      }
      this.say(observed.stopped ? 'Stopped' : 'Finished');
    } catch (error) {
      this.say('');
      throw error;
    } finally {
      this.busy(false);
    }
  }

  private async measured(order: Order, observed: Observed): ReturnType<typeof measure> {
    const { signal } = this.running;
    try {
      return await measure(order, observed, signal, (step) => this.say(`${step}…`));
    } catch (error) {
      if (error instanceof LostServer) {
        observed.lost = true;
        return observed.again.length === 0 ? 'no response' : undefined;
      }
      if (!signal.aborted) {
        throw error;
      }
      observed.stopped = true;
      return undefined;
    }
  }

  private explain({ sentence, fix }: Explanation, order: Order): void {
    this.result.append(this.heading(sentence), make('p', {}, fix), ...this.command(order));
  }

  private show({ sentence, changes, notes, unseen }: Answer, observed: Observed, order: Order): void {
    const requests = [observed.first, observed.again[0]].flatMap((one) => one ?? []);
    this.result.append(
      this.heading(sentence),
      drawWaterfall(requests, observed.preflight.length > 0),
      make('h4', {}, 'What to change'),
      changes.length > 0
        ? make('ol', {}, ...changes.map(({ found, fix }) => make('li', {}, found, make('strong', {}, fix))))
        : make('p', {}, 'Nothing that this page can see.'),
      ...(notes.length > 0 ? [make('h4', {}, 'About this measurement'), bullets(notes.map((note) => [note]))] : []),
      make('h4', {}, 'What this page cannot see'),
      bullets(unseen.map(({ what, check }) => [`${what} `, make('em', {}, check)])),
      ...this.command(order),
    );
  }

  /** The answer, which gets the focus, so that a screen reader reads it and the keyboard continues there. */
  private heading(sentence: string): HTMLElement {
    return make('h3', { tabIndex: -1, id: 'first-answer' }, sentence);
  }

  private command({ request, websocket }: Order): HTMLElement[] {
    const { text, before } = probeCommand(request, location.origin, websocket, shell());
    const code = make('code', { id: 'first-command' }, text);
    const copy = make('button', { type: 'button', className: 'quiet' }, 'Copy command');
    const copied = make('span', { role: 'status' });
    copy.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text);
        copied.replaceChildren('Copied');
      } catch {
        getSelection()?.selectAllChildren(code);
        copied.replaceChildren('The browser does not allow it. The command is selected: copy it with the keyboard.');
      }
    });
    return [
      make('h4', {}, 'Measure more with the command'),
      make('p', {}, `It opens new connections, sends preflights alone, and tries each address. ${before ?? ''}`),
      make('pre', {}, code),
      make('p', { className: 'buttons' }, copy, copied),
    ];
  }

  private say(text: string): void {
    this.status.replaceChildren(text);
  }

  private busy(busy: boolean): void {
    const hasFocus = this.form.contains(document.activeElement);
    for (const button of this.form.querySelectorAll('button')) {
      button.disabled = busy !== (button === this.stopButton);
    }
    if (busy) {
      this.stopButton.focus();
    } else if (hasFocus) {
      (document.getElementById('first-answer') ?? this.form.querySelector('button'))?.focus();
    }
  }
}

function bullets(items: readonly (string | Node)[][]): HTMLElement {
  return make('ul', { className: 'bullets' }, ...items.map((item) => make('li', {}, ...item)));
}

/** @returns the shell that the user probably has */
function shell(): Shell {
  return /Windows/.test(navigator.userAgent) ? 'windows' : 'posix';
}
