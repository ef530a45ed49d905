import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { outline } from '../../../lib/settings/check-shape';
import { TwinlaneStack } from '../../../lib/twinlane-stack';
import { twinlane } from '../../lib/lanes';
import { testApp, testStack } from '../../lib/synthesized';
import { expectTable } from '../../support/generated-table';
import { retryHazardsOf, type Update, updateOf } from './hazards';
import { EXCEPTIONS, NOTES } from './notes';
import { PROPS } from './props';
import { OTHER_STACK, SETTINGS, settingsWith } from './settings';
import type { CfnTemplate } from './template';

jest.spyOn(console, 'error').mockImplementation();

const DOCUMENT = 'docs/updates.md';

/** Interfaces of constructs that Twinlane creates, from the props of the other interfaces. */
const OF_PARTS = [
  ...['AdmissionProps', 'AliasRecordsProps', 'BundledFunctionProps', 'BundleOptions', 'ConnectionTableProps'],
  ...[
    'DeliveryProps',
    'DurableTableProps',
    'HttpLaneProps',
    'LaneDistributionProps',
    'LaneFunctionProps',
    'LaneScaling',
  ],
  ...[
    'LaneUserPoolProps',
    'MessageLogProps',
    'RevocationProps',
    'TwinlaneStackProps',
    'WebAclProps',
    'WebSocketLaneProps',
  ],
];

/** Changes of a setting or a prop. */
interface Changes {
  readonly name: string;
  /** The templates of its values. */
  readonly templates: readonly CfnTemplate[];
  /** The updates between each two of them, in both directions. */
  readonly updates: readonly Update[];
}

const settings = Object.entries(SETTINGS).map(([name, values]) =>
  changesOf(
    name,
    values.map((value) => new TwinlaneStack(testApp(), 'Twinlane', { settings: settingsWith(value) })),
  ),
);

const props = Object.entries(PROPS).map(([name, values]) =>
  changesOf(
    name,
    values.map((value) => {
      const stack = testStack();
      twinlane(stack, value(stack));
      return stack;
    }),
  ),
);

function changesOf(name: string, stacks: readonly Stack[]): Changes {
  const templates = stacks.map((stack) => Template.fromStack(stack).toJSON() as CfnTemplate);
  const updates = templates.flatMap((before) =>
    templates.filter((after) => after !== before).map((after) => updateOf(before, after)),
  );
  return { name, templates, updates };
}

/** `replaces Certificate, RecordSet`, over all changes of a setting. */
function effectOf({ templates, updates }: Changes): string {
  const all = (effect: 'replaces' | 'deletes' | 'keeps') =>
    [...new Set(updates.flatMap((update) => update[effect]))].sort();
  const effects = (['replaces', 'deletes', 'keeps'] as const).flatMap((effect) =>
    all(effect).length > 0 ? [`${effect} ${all(effect).join(', ')}`] : [],
  );
  const [first, ...others] = templates.map((template) => JSON.stringify(template));
  return effects.join('; ') || (others.every((other) => other === first) ? 'nothing changes' : 'in place');
}

function rowsOf(changes: readonly Changes[]): string[][] {
  return changes.map((each) => [
    `\`${each.name}\``,
    effectOf(each),
    [NOTES[each.name], EXCEPTIONS[each.name] && 'See [exceptions](#exceptions).'].filter(Boolean).join(' '),
  ]);
}

describe('docs/updates.md', () => {
  test('describes what each change of a setting does', () => {
    expectTable(DOCUMENT, 'Settings', rowsOf(settings));
  });

  test('describes what each change of a prop does', () => {
    expectTable(DOCUMENT, 'Props', rowsOf(props));
  });

  test('lists every update that loses something or fails, with what the operator does', () => {
    expectTable(
      DOCUMENT,
      'Exceptions',
      Object.entries(EXCEPTIONS).map(([name, { hazards, reason, action }]) => [
        `\`${name}\``,
        hazards.join(', '),
        reason,
        action,
      ]),
    );
  });
});

test.each([...settings, ...props].map((changes) => [changes.name, changes] as const))(
  'a change of %s loses no data and does not fail, except as documented',
  (name, { updates }) => {
    const hazards = updates.flatMap((update) => update.hazards);
    const expected = EXCEPTIONS[name]?.hazards ?? [];
    expect(hazards.filter(({ what }) => !expected.includes(what))).toEqual([]);
    expect(expected.filter((what) => !hazards.some((hazard) => hazard.what === what))).toEqual([]);
  },
);

test.each([...settings, ...props].filter(({ name }) => !name.endsWith('deletionProtection')))(
  'a first deployment with any value of $name can fail, be rolled back and be repeated',
  ({ templates }) => {
    expect(templates.flatMap(retryHazardsOf)).toEqual([]);
  },
);

test('a first deployment with deletion protection cannot be rolled back, which is why it is off by default', () => {
  const { templates } = settings.find(({ name }) => name === 'deletionProtection') as Changes;
  expect([...new Set(templates.flatMap(retryHazardsOf).map(({ what }) => what))].sort()).toEqual([
    'cannot delete the protected LoadBalancer',
    'cannot delete the protected Table',
    'cannot delete the protected UserPool',
  ]);
});

test('no stack exports a value, so that no update waits for another stack', () => {
  const outputs = [...settings, ...props].flatMap(({ templates }) =>
    templates.flatMap(({ Outputs = {} }) => Object.values(Outputs)),
  );
  expect(outputs.length).toBeGreaterThan(0);
  expect(outputs.filter(({ Export }) => Export)).toEqual([]);
});

test('every setting has an example of a change', () => {
  const leaves = leavesOf(outline).filter((path) => !OTHER_STACK.includes(path));
  expect(leaves.filter((path) => !Object.keys(SETTINGS).some((name) => `${path}.`.startsWith(`${name}.`)))).toEqual([]);
});

test('every prop of the public constructs has an example of a change', () => {
  expect(publicProps().filter((name) => !(name in PROPS))).toEqual([]);
});

test('every note and every exception is about a change that exists', () => {
  const names = [...settings, ...props].map(({ name }) => name);
  expect([...Object.keys(NOTES), ...Object.keys(EXCEPTIONS)].filter((name) => !names.includes(name))).toEqual([]);
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
