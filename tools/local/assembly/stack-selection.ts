import { UserError } from '../user-error';

/** A stack as users name it. */
export interface Selectable {
  readonly name: string;
  /** Id of its artifact in the assembly: `ProdApi12345678`. */
  readonly id: string;
  /** Path in the app: `Prod/Api`. */
  readonly path: string;
  /** Ids of the stacks that it depends on. */
  readonly dependencies: readonly string[];
}

/**
 * @param patterns - as `--stack` has them; all stacks if there are none
 * @returns the stacks that a pattern matches and all that they depend on, in the order of the assembly. Throws a {@link UserError} for a
 *   pattern that matches none
 */
export function selectedOf<T extends Selectable>(stacks: readonly T[], patterns: readonly string[]): readonly T[] {
  if (patterns.length === 0) return stacks;
  const selected = new Set<T>();
  const select = (stack: T): void => {
    if (selected.has(stack)) return;
    selected.add(stack);
    for (const other of stacks.filter(({ id }) => stack.dependencies.includes(id))) select(other);
  };
  for (const pattern of patterns) {
    const matches = stacks.filter(({ name, id, path }) => [name, id, path].some((one) => isMatch(pattern, one)));
    if (matches.length === 0) {
      throw new UserError(`No stack matches "${pattern}". Fix: pass one of ${listed(stacks)} with --stack.`);
    }
    for (const stack of matches) select(stack);
  }
  return stacks.filter((stack) => selected.has(stack));
}

function isMatch(pattern: string, text: string): boolean {
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${expression.join('')}$`).test(text);
}

/** Each stack by its name, or by its path if that differs. */
function listed(stacks: readonly Selectable[]): string {
  return stacks.map(({ name, path }) => (name === path ? name : `${path} (${name})`)).join(', ');
}
