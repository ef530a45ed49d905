/** Values of contexts by their names: `{ github: { event_name: 'push' }, vars: {} }`. */
export type Contexts = Readonly<Record<string, unknown>>;

const TOKEN = /\s*(&&|\|\||==|!=|!|\(|\)|'[^']*'|[\w.-]+)/y;

/**
 * Evaluates the condition of a job as GitHub does: comparisons of texts ignore case, and a property that does not exist is an empty text.
 * Understands what the workflows use: `==`, `!=`, `!`, `&&`, `||`, parentheses, texts and properties.
 *
 * @throws Error for anything else
 */
export function evaluated(condition: string, contexts: Contexts): boolean {
  const tokens = tokensOf(condition);
  let at = 0;
  const next = (): string => {
    const token = tokens[at++];
    if (token === undefined) {
      throw new Error(`The condition has no end: ${condition}`);
    }
    return token;
  };
  const operand = (): unknown => {
    const token = next();
    if (token === '!') {
      return !operand();
    }
    if (token === '(') {
      const value = either();
      if (next() !== ')') {
        throw new Error(`A parenthesis has no end: ${condition}`);
      }
      return value;
    }
    return token.startsWith("'") ? token.slice(1, -1) : propertyOf(token, contexts);
  };
  const comparison = (): unknown => {
    const left = operand();
    if (tokens[at] !== '==' && tokens[at] !== '!=') {
      return left;
    }
    const isEqual = next() === '==';
    return (textOf(left) === textOf(operand())) === isEqual;
  };
  const both = (): unknown => {
    let value = comparison();
    while (tokens[at] === '&&') {
      at += 1;
      const right = comparison();
      value = value && right;
    }
    return value;
  };
  function either(): unknown {
    let value = both();
    while (tokens[at] === '||') {
      at += 1;
      const right = both();
      value = value || right;
    }
    return value;
  }
  const result = either();
  if (at < tokens.length) {
    throw new Error(`Unexpected ${tokens[at]} in the condition: ${condition}`);
  }
  return Boolean(result);
}

function tokensOf(condition: string): string[] {
  const text = condition.trim();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      throw new Error(`The condition cannot be read: ${text.slice(from)}`);
    }
    tokens.push(match[1] ?? '');
  }
  return tokens;
}

function propertyOf(path: string, contexts: Contexts): unknown {
  const [context = '', ...keys] = path.split('.');
  if (!(context in contexts)) {
    throw new Error(`There is no context ${context}`);
  }
  return keys.reduce<unknown>(
    (value, key) => (value && typeof value === 'object' ? (value as Contexts)[key] : undefined),
    contexts[context],
  );
}

function textOf(value: unknown): string {
  return String(value ?? '').toLowerCase();
}
