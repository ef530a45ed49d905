import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expectTable } from '../../support/generated-table';
import { retryHazardsOf, type Update, updateOf } from './hazards';
import { EXCEPTIONS, NOTES } from './notes';
import type { CfnTemplate } from './template';

/** Changes of a setting or a prop. */
interface Changes {
  readonly name: string;
  /** The templates of its values. */
  readonly templates: readonly CfnTemplate[];
  /** The updates between each two of them, in both directions. */
  readonly updates: readonly Update[];
}

/** @returns the template of a stack, as CloudFormation receives it */
export function templateOf(stack: Stack): CfnTemplate {
  return Template.fromStack(stack).toJSON() as CfnTemplate;
}

/**
 * Defines the tests of all changes of settings or props, and of their table in docs/updates.md.
 *
 * @param heading - heading of the table
 * @param examples - name of a setting or a prop → the templates of its values
 */
export function expectUpdates(heading: string, examples: readonly (readonly [string, readonly CfnTemplate[]])[]): void {
  const all = examples.map(([name, templates]) => changesOf(name, templates));

  test(`docs/updates.md describes the effect of each change, under ${heading}`, () => {
    expectTable(
      'docs/updates.md',
      heading,
      all.map((changes) => [`\`${changes.name}\``, effectOf(changes), noteOf(changes)]),
    );
  });

  test.each(all)('a change of $name loses no data and does not fail, except as documented', ({ name, updates }) => {
    const hazards = updates.flatMap((update) => update.hazards);
    const expected = EXCEPTIONS[name]?.hazards ?? [];
    expect(hazards.filter(({ what }) => !expected.includes(what))).toEqual([]);
    expect(expected.filter((what) => !hazards.some((hazard) => hazard.what === what))).toEqual([]);
  });

  test.each(all.filter(({ name }) => !name.endsWith('deletionProtection')))(
    'a first deployment with any value of $name can fail, be rolled back and be repeated',
    ({ templates }) => {
      expect(templates.flatMap(retryHazardsOf)).toEqual([]);
    },
  );

  test('no stack exports a value, so that no update waits for another stack', () => {
    const outputs = all.flatMap(({ templates }) => templates.flatMap(({ Outputs = {} }) => Object.values(Outputs)));
    expect(outputs.filter(({ Export }) => Export)).toEqual([]);
  });
}

function changesOf(name: string, templates: readonly CfnTemplate[]): Changes {
  const updates = templates.flatMap((before) =>
    templates.filter((after) => after !== before).map((after) => updateOf(before, after)),
  );
  return { name, templates, updates };
}

/** `replaces Certificate, RecordSet`, over all updates. */
function effectOf({ templates, updates }: Changes): string {
  const effects = (['replaces', 'deletes', 'keeps'] as const).flatMap((effect) => {
    const types = [...new Set(updates.flatMap((update) => update[effect]))].sort();
    return types.length > 0 ? [`${effect} ${types.join(', ')}`] : [];
  });
  const [first, ...others] = templates.map((template) => JSON.stringify(template));
  return effects.join('; ') || (others.every((other) => other === first) ? 'nothing changes' : 'in place');
}

function noteOf({ name }: Changes): string {
  return [NOTES[name], EXCEPTIONS[name] && 'See [exceptions](#exceptions).'].filter(Boolean).join(' ');
}
