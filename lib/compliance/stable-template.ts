/** The part of a template that this file reads. */
interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
}

/**
 * A template without what changes by itself: asset hashes (another bundler, another dependency), the versions of
 * functions that carry them in their logical ids, and the CDK's own metadata. What a prop changes stays.
 *
 * @param template - a synthesized template: `Template.fromStack(stack).toJSON()`, or a parsed `*.template.json`
 * @returns a copy to take a snapshot of
 */
export function stableTemplate(template: object): object {
  const { CDKMetadata: _, ...Resources } = (template as CloudFormationTemplate).Resources;
  const { CDKMetadataAvailable: __, ...conditions } = (template as CloudFormationTemplate).Conditions ?? {};
  const Conditions = Object.keys(conditions).length > 0 ? conditions : undefined;
  const text = JSON.stringify({ ...template, Resources, Conditions })
    .replace(/[0-9a-f]{64}/g, '<asset hash>')
    .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1');
  return JSON.parse(text);
}

/** Jest's serializer for templates: `expect.addSnapshotSerializer(templateSerializer)`. */
export const templateSerializer = {
  test: (value: unknown): boolean => isTemplate(value),
  serialize: (value: object): string => JSON.stringify(stableTemplate(value), null, 2),
};

function isTemplate(value: unknown): value is CloudFormationTemplate {
  const resources = (value as CloudFormationTemplate | null | undefined)?.Resources;
  return typeof resources === 'object' && Object.values(resources).every(({ Type }) => typeof Type === 'string');
}
