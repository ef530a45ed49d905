import type { Report } from './report';

/** Renders the report as one web page. */
export function html(report: Report): string {
  return `<!doctype html><title>${report.answer}</title>\n`;
}
