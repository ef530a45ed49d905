import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import type { LogLine } from '../log-line';

/** Where the runner tells a person, or a machine, what happens. */
export interface Terminal {
  /** A step of the start. */
  progress(step: string): void;
  log(line: Omit<LogLine, 'time'>): void;
  ready(blueprint: Blueprint, addresses: Addresses, milliseconds: number): void;
}
