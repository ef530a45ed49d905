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

type Outline = typeof outline;

/**
 * Every setting that is not a block, by its path, and whether it is required: `yes`, `no`, with an optional block, or for one
 * type of a block. Equal blocks of several functions have one row, with `*` in its path.
 */
function settingsIn(block: Outline, path: string[] = [], needed = 'yes'): [string, string][] {
  if (block.oneOf) return settingsOfTypes(block.oneOf, path, needed);
  const entries = Object.entries(block.properties ?? {});
  const [first] = entries;
  const alike = first?.[1].properties && entries.length > 1 && new Set(entries.map(shapeOf)).size === 1;
  return (alike ? [['*', first[1]] as const] : entries).flatMap(([key, schema]) => {
    const here = [...path, key];
    const required = block.required?.includes(key);
    if (schema.properties || schema.oneOf) {
      return settingsIn(schema, here, required ? needed : `with \`${here.join('.')}\``);
    }
    return [[here.join('.'), required ? needed : 'no']];
  });
}

function shapeOf([, schema]: [string, Outline]): string {
  return JSON.stringify(schema);
}

/** A setting that each type requires is required, and one that only some require is required for these. */
function settingsOfTypes(types: readonly Outline[], path: string[], needed: string): [string, string][] {
  const ofTypes = types.map((type) => ({ name: type.properties?.type?.const, rows: new Map(settingsIn(type, path)) }));
  const settings = new Set(ofTypes.flatMap(({ rows }) => [...rows.keys()]));
  return [...settings].map((setting) => {
    const conditional = ofTypes.map(({ rows }) => rows.get(setting)).find((row) => row?.startsWith('with '));
    const requiring = ofTypes.filter(({ rows }) => rows.get(setting) === 'yes');
    const names = requiring.map(({ name }) => `\`${String(name)}\``).join(', ');
    if (requiring.length === types.length) return [setting, needed];
    return [setting, requiring.length > 0 ? `for ${names}` : (conditional ?? 'no')];
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
