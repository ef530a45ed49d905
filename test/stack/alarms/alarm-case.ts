import type { Facts } from './facts';
import type { Change } from './world';

/** Trouble that lasts for some periods, between normal traffic. */
export interface Scenario {
  /** Clause after "if": `11 of 1,000 requests fail`. */
  readonly when: string;

  readonly changes: readonly Change[] | 'nothing';
}

/** Data with which an alarm must fire, and data with which it must not. */
export interface AlarmCase {
  /** Id of the alarm, without the number of a further alarm of the same kind. */
  readonly id: string;

  readonly lane: 'http' | 'websocket' | 'log' | 'shared';

  /** Words for the stacks that have the alarm. */
  readonly exists: string;

  /** True for the stacks that this case is about, among those that have the alarm. @default - all */
  readonly appliesTo?: (facts: Facts) => boolean;

  /** Props of the thresholds, and words for numbers that depend on other settings. */
  readonly threshold: readonly string[];

  /** Trouble of which any is enough to fire. */
  readonly fires: (facts: Facts) => readonly Scenario[];

  /** Trouble with which the alarm does not fire. */
  readonly quiet: (facts: Facts) => readonly Scenario[];

  /** True for an alarm that notifies by itself, and is not part of the health of a lane. @default false */
  readonly notifiesItself?: boolean;

  /** True for an alarm that must fire if there is no data. @default false */
  readonly firesWithoutData?: boolean;

  /** True for an alarm that stays in alarm when data ends. @default false */
  readonly staysWithoutData?: boolean;
}
