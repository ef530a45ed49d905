import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outline } from '../../../lib/settings/check-shape';
import { expectTable } from '../../support/generated-table';
import { EXCEPTIONS, NOTES } from './notes';
import { PROPS } from './props';
import { OTHER_STACK, SETTINGS } from './settings';

/** Interfaces of constructs that Twinlane creates, from the props of the other interfaces. */
const OF_PARTS = [
  ...[
    'AdmissionProps',
    'AliasDeploymentProps',
    'AliasRecordsProps',
    'BundledFunctionProps',
    'BundleOptions',
    'CloudFrontProps',
    'ConnectionTableProps',
  ],
  ...['DeliveryProps', 'DurableTableProps', 'HttpLaneProps', 'LaneFunctionProps', 'LaneScaling'],
  ...['LaneDashboardProps', 'LaneHealthProps', 'OperationProps'],
  ...[
    'LaneUserPoolProps',
    'MessageLogProps',
    'PageBucketProps',
    'RevocationProps',
    'TwinlaneStackProps',
    'WebAclProps',
    'WebSocketLaneProps',
    'WebSocketServersProps',
  ],
];

test('every setting has an example of a change', () => {
  const leaves = leavesOf(outline).filter((path) => !OTHER_STACK.includes(path));
  expect(leaves.filter((path) => !Object.keys(SETTINGS).some((name) => `${path}.`.startsWith(`${name}.`)))).toEqual([]);
});

test('every prop of the public constructs has an example of a change', () => {
  expect(publicProps().filter((name) => !(name in PROPS))).toEqual([]);
});

test('every note and every exception is about a change that exists', () => {
  const names = [...Object.keys(SETTINGS), ...Object.keys(PROPS)];
  expect([...Object.keys(NOTES), ...Object.keys(EXCEPTIONS)].filter((name) => !names.includes(name))).toEqual([]);
});

test('docs/updates.md lists every update that loses something or fails, with what the operator does', () => {
  expectTable(
    'docs/updates.md',
    'Exceptions',
    Object.entries(EXCEPTIONS).map(([name, { hazards, reason, action }]) => [
      `\`${name}\``,
      hazards.join(', '),
      reason,
      action,
    ]),
  );
});

interface Outline {
  readonly properties?: Readonly<Record<string, Outline>>;
  readonly oneOf?: readonly Outline[];
}

/** @returns the paths of all settings: `capacity.http.cpu` */
function leavesOf({ properties = {}, oneOf = [] }: Outline, path = ''): string[] {
  const leaves = Object.entries(properties).flatMap(([name, schema]) =>
    schema.properties || schema.oneOf ? leavesOf(schema, `${path}${name}.`) : [`${path}${name}`],
  );
  return [...leaves, ...oneOf.flatMap((each) => leavesOf(each, path))];
}

/** @returns the props of the interfaces that lib/index.ts exports, from their source: `FargateComputeProps.cpu` */
function publicProps(): string[] {
  const exported = readFileSync('lib/index.ts', 'utf8');
  return readdirSync('lib', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join('lib', file), 'utf8').matchAll(/^export interface (\w+).*\{\n([^]*?)\n\}/gm),
    ])
    .filter(([, name = '']) => /(Props|Options|Limits|Scaling|Throttle|Concurrency|Headers)$/.test(name))
    .filter(([, name = '']) => new RegExp(`\\b${name}\\b`).test(exported) && !OF_PARTS.includes(name))
    .flatMap(([, name, body = '']) =>
      [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, prop]) => `${name}.${prop}`),
    );
}
