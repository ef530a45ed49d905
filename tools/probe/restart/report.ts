import type { Report } from '../report/report';
import type { Costs } from './costs';
import type { Restart } from './restarts';

/** Output of `--json`: as of the other command, with the three restarts instead of the measurements. */
export interface RestartReport extends Omit<Report, 'measurements'> {
  readonly restarts: readonly Restart[];
  readonly costs: Costs;
}
