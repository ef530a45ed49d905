import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Expects a file to have exactly this text. `npx jest PATH -u` writes it. */
export function expectFile(path: string, text: string): void {
  const { snapshotState } = expect.getState() as unknown as { snapshotState: { _updateSnapshot: string } };
  if (snapshotState._updateSnapshot === 'all') {
    writeFileSync(path, text);
  }
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(text);
}
