import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** Cells of a table without its header. */
export type Rows = readonly (readonly string[])[];

/**
 * Expects the first table under a heading of a document to have exactly these rows. `npx jest PATH -u` writes them, and
 * Prettier aligns the columns.
 */
export function expectTable(document: string, heading: string, rows: Rows): void {
  const { snapshotState } = expect.getState() as unknown as { snapshotState: { _updateSnapshot: string } };
  if (snapshotState._updateSnapshot === 'all' && !isDeepStrictEqual(tableUnder(document, heading), rows)) {
    writeFileSync(document, withTable(readFileSync(document, 'utf8'), heading, rows));
  }
  expectUpdated(document, () => expect(tableUnder(document, heading)).toEqual(rows));
}

/**
 * Adds the fix to the failure of an expectation that a document agrees with what it describes: the code, with the stages that the tests
 * are about. So a project that changes its cdk.json does not have to update documents.
 */
export function expectUpdated(document: string, expectation: () => void): void {
  try {
    expectation();
  } catch (error) {
    const { testPath = '' } = expect.getState();
    const { message } = error as Error;
    throw new Error(
      `${document} does not agree with the code. Fix: run \`npx jest ${relative('', testPath)} -u\` and \`npx prettier --write docs\`.\n\n${message}`,
      { cause: error },
    );
  }
}

/** @returns the rows of the first table under a heading. Throws if there is none. */
export function tableUnder(document: string, heading: string): string[][] {
  const { start, end, text } = tableIn(readFileSync(document, 'utf8'), heading);
  const [, , ...lines] = text.slice(start, end).trimEnd().split('\n');
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(/ \| /)
      .map((cell) => cell.trim()),
  );
}

function withTable(document: string, heading: string, rows: Rows): string {
  const { start, end, text } = tableIn(document, heading);
  const [titles = '', rule = ''] = text.slice(start, end).split('\n');
  const lines = [titles, rule, ...rows.map((cells) => `| ${cells.join(' | ')} |`)];
  return `${text.slice(0, start)}${lines.join('\n')}\n${text.slice(end)}`;
}

function tableIn(text: string, heading: string): { start: number; end: number; text: string } {
  const section = text.indexOf(`\n## ${heading}\n`);
  const table = section < 0 ? null : /^(\|.*\n)+/m.exec(text.slice(section));
  if (!table) {
    throw new Error(`no table under ${heading}`);
  }
  const start = section + table.index;
  return { start, end: start + table[0].length, text };
}
