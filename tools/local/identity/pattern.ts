/**
 * Replaces the variables of a text in a policy.
 *
 * @returns the pattern; undefined if a variable has no value, which matches nothing
 */
export type Resolve = (text: string) => string | undefined;

/** Regular expressions for `*` and `?`. */
export type Wildcards = Readonly<Record<'*' | '?', string>>;

export const ANYTHING: Wildcards = { '*': '.*', '?': '.' };
export const WITHIN_SEGMENT: Wildcards = { '*': '[^:]*', '?': '[^:]' };
export const LITERAL: Wildcards = { '*': '\\*', '?': '\\?' };

/** `${*}`, `${?}` and `${$}` stand for the character itself. */
const ESCAPED = /^\$\{([*?$])\}$/;

/**
 * Creates a resolver. Variables exist since version 2012-10-17 of the policy language; in earlier versions `${aws:username}`
 * is plain text. The value of a variable is also plain text: a wildcard in it matches itself. Source: "IAM policy elements:
 * Variables and tags", IAM User Guide.
 *
 * @param valueOfKey - value of a condition key in the request. A multivalued key cannot be a variable.
 */
export function resolver(version: string, valueOfKey: (key: string) => unknown): Resolve {
  if (version !== '2012-10-17') return (text) => text.replaceAll('$', escaped);
  return (text) => {
    let complete = true;
    const pattern = text.replace(/\$\{([^}]*)\}/g, (variable, content: string) => {
      if (ESCAPED.test(variable)) return variable;
      const [, key = '', byDefault] = /^(.*?)(?:, '(.*)')?$/.exec(content) ?? [];
      const single = valueOfKey(key);
      const value = typeof single === 'string' && single !== '' ? single : byDefault;
      complete &&= value !== undefined;
      return value?.replace(/[*?$]/g, escaped) ?? '';
    });
    return complete ? pattern : undefined;
  };
}

/** @returns the source of a regular expression that is equivalent to the pattern */
export function glob(pattern: string, wildcards = ANYTHING): string {
  const parts = pattern.split(/(\$\{[*?$]\}|[*?])/);
  return parts.map((part) => (part === '*' || part === '?' ? wildcards[part] : literal(part))).join('');
}

export function matches(source: string, text: string, flags: '' | 'i' = ''): boolean {
  return new RegExp(`^${source}$`, `su${flags}`).test(text);
}

function literal(part: string): string {
  return part.replace(ESCAPED, '$1').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function escaped(character: string): string {
  return `\${${character}}`;
}
