import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAUSES } from '../../../tools/probe/causes/cause';

test('the document has a row for every cause, and for no other', () => {
  const document = readFileSync(join(__dirname, '../../../docs/probe.md'), 'utf8');
  const rows = [...document.matchAll(/^\| `([a-z-]+)`/gm)].map(([, cause]) => cause);

  expect(rows.sort()).toEqual([...CAUSES].sort());
});
