import type { Look } from '../../cli';
import type { Report } from './report';

/** Renders the report as text. */
export function text(report: Report, _look: Look): string {
  return `${report.answer}\n`;
}
