import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRIC_NAMESPACE, METRICS, REFUSAL_REASONS } from '../../lambda/metrics';

const [, text = ''] = readFileSync(join(__dirname, '../../docs/delivery.md'), 'utf8').split('## Metrics\n');
const section = text.split('\n## ')[0] ?? '';

test('docs/delivery.md describes each metric of the code, and no other', () => {
  const described = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(described.sort()).toEqual(Object.keys(METRICS).sort());
});

test('docs/delivery.md names the namespace and each reason of a refusal', () => {
  for (const name of [METRIC_NAMESPACE, ...REFUSAL_REASONS]) {
    expect(section).toContain(`\`${name}\``);
  }
});
