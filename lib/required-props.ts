import type { IConstruct } from 'constructs';

/**
 * Refuses missing props, and reports all of them together. Needed because loaders such as tsx do not check types.
 *
 * @param examples - the required props, each with a value to use
 * @throws Error with a line for each missing prop
 */
export function requireProps<Props extends object>(
  scope: IConstruct,
  props: Props,
  examples: { readonly [Prop in keyof Props]?: string },
): void {
  const missing = (Object.keys(examples) as (keyof Props & string)[])
    .filter((prop) => props[prop] === undefined || props[prop] === null)
    .map((prop) => `[${scope.node.path}] ${prop} is required, got ${props[prop]}. Fix: use ${examples[prop]}`);
  if (missing.length > 0) {
    throw new Error(missing.join('\n'));
  }
}
