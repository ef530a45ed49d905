import { readFileSync } from 'node:fs';
import { formatProblems } from '../../../lib/settings/settings';
import { defaultQuotas, UNRESERVED_CONCURRENCY } from '../../../lib/aws-limits';
import { outline } from '../../../lib/settings/check-shape';
import { problemsOf } from './problems-of';

const document = readFileSync('docs/settings.md', 'utf8');

/** The first two cells of every row of the table under a heading. */
function tableUnder(heading: string): [string, string][] {
  const section = document.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `(.+?)` +\| (.+?) +\|/gm)].map(([, name = '', cell = '']) => [name, cell]);
}

/** Every setting that is not a block, by its path, and whether it is required: `yes`, `no`, or with an optional block. */
function settingsIn(block: typeof outline, path: string[] = [], needed = 'yes'): [string, string][] {
  return Object.entries(block.properties ?? {}).flatMap(([key, schema]) => {
    const here = [...path, key];
    const required = block.required?.includes(key);
    if (typeof schema === 'object' && schema.properties) {
      return settingsIn(schema, here, required ? needed : `with \`${here.join('.')}\``);
    }
    return [[here.join('.'), required ? needed : 'no']];
  });
}

describe('docs/settings.md', () => {
  test('has one row for each setting, with whether it is required, and no other rows', () => {
    expect(tableUnder('Every setting')).toEqual(settingsIn(outline));
  });

  test('shows problems as they are printed', () => {
    const problems = problemsOf({ region: 'us-est-1', 'hosts.http': 'api.example.org' });
    expect(document).toContain(formatProblems(problems));
  });

  test('gives the default of every quota first, then the smaller one of some Regions', () => {
    const [usual, smaller] = [defaultQuotas('us-east-1'), defaultQuotas('eu-south-1')];
    const numbers = tableUnder('Quotas').map(([quota, text]) => [quota, text.match(/\d+/g)?.map(Number)]);
    expect(Object.fromEntries(numbers)).toEqual({
      fargateVcpus: [usual.fargateVcpus],
      lambdaConcurrency: [usual.lambdaConcurrency, UNRESERVED_CONCURRENCY],
      apiGatewayRequestsPerSecond: [usual.apiGatewayRequestsPerSecond, smaller.apiGatewayRequestsPerSecond],
      apiGatewayBurst: [usual.apiGatewayBurst, smaller.apiGatewayBurst],
    });
  });
});
