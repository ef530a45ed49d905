import type { RunnerEvent } from '../log-line';
import type { Running } from '../running';

/** What a run has beside the app itself, to be shown when it serves. */
export interface Shown {
  /** Further URLs: `{ title: 'Page', key: 'pageUrl', url }`. `key` is its name in JSON. */
  readonly links: readonly { readonly title: string; readonly key: string; readonly url: string }[];
  /** Commands to try the app with. */
  readonly examples: readonly { readonly title: string; readonly command: string }[];
}

/** Where the command line shows what happens. */
export interface Terminal {
  event(event: RunnerEvent): void;
  ready(app: Pick<Running, 'blueprint' | 'urls'>, shown: Shown, milliseconds: number): void;
}
