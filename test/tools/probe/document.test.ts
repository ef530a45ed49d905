import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSES } from '../../../tools/probe/causes/cause';

test('docs/probe.md has a row for every cause, and no other row', () => {
  const document = readFileSync(join(__dirname, '../../../docs/probe.md'), 'utf8');
  const rows = [...document.matchAll(/^\| `([a-z0-9-]+)`/gm)].map(([, cause]) => cause);

  expect(rows.sort()).toEqual([...CAUSES].sort());
});
