/** The part of a template that this file reads. */
interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
}

/**
 * Returns a template without the parts that change without a change of props: asset hashes (which change with a bundler or a
 * dependency), function versions with such a hash in their logical id, and the metadata of the CDK.
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
