import type { RunnerEvent } from '../log-line';
import type { Running } from '../running';

/** Additions to the output of a run when the app is ready. */
export interface Shown {
  /** Further URLs: `{ title: 'Page', key: 'pageUrl', url }`. `key` is its name in JSON. */
  readonly links: readonly { readonly title: string; readonly key: string; readonly url: string }[];
  /** Commands to try the app with. */
  readonly examples: readonly { readonly title: string; readonly command: string }[];
  /** Sentences about what does not run beside the app. @default - none */
  readonly notes?: readonly string[];
}

/** Output of the command line. */
export interface Terminal {
  event(event: RunnerEvent): void;
  ready(app: Pick<Running, 'blueprint' | 'urls' | 'problems'>, shown: Shown, milliseconds: number): void;
}
