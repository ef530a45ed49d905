/** Node of an expression of CloudWatch metric math. */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'id'; readonly id: string }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly type: 'negative'; readonly of: Expression }
  | { readonly type: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

export type Operator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<=' | '>=' | '<' | '>' | 'AND' | 'OR';

/** Operators by precedence, lowest first. */
const LEVELS: readonly Readonly<Record<string, Operator>>[] = [
  { OR: 'OR', '||': 'OR' },
  { AND: 'AND', '&&': 'AND' },
  { '==': '==', '!=': '!=', '<=': '<=', '>=': '>=', '<': '<', '>': '>' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/' },
  { '^': '^' },
];

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z]\w*|==|!=|<=|>=|&&|\|\||[-+*/^<>()[\],])/y;

/** @throws Error for a text that is no expression */
export function parse(text: string): Expression {
  const known = parsed.get(text) ?? parseAgain(text);
  parsed.set(text, known);
  return known;
}

/** Expressions by text: the same text is evaluated many times. */
const parsed = new Map<string, Expression>();

function parseAgain(text: string): Expression {
  const tokens = tokensOf(text);
  let next = 0;
  const expression = binary(0);
  if (next < tokens.length) {
    throw unexpected();
  }
  return expression;

  function unexpected(): Error {
    return new Error(`unexpected ${tokens[next] ?? 'end'} in ${text}`);
  }

  function take(token: string): boolean {
    const found = tokens[next] === token;
    next += found ? 1 : 0;
    return found;
  }

  function expectToken(token: string): void {
    if (!take(token)) {
      throw unexpected();
    }
  }

  function binary(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) {
      return unary();
    }
    let left = binary(level + 1);
    for (;;) {
      const operator = operators[tokens[next] ?? ''];
      if (!operator) {
        return left;
      }
      next += 1;
      left = { type: 'binary', operator, left, right: binary(level + 1) };
    }
  }

  function unary(): Expression {
    return take('-') ? { type: 'negative', of: unary() } : primary();
  }

  function primary(): Expression {
    if (take('(')) {
      const inner = binary(0);
      expectToken(')');
      return inner;
    }
    if (take('[')) {
      return { type: 'list', items: itemsUntil(']') };
    }
    const token = tokens[next] ?? '';
    if (/^\d/.test(token)) {
      next += 1;
      return { type: 'number', value: Number(token) };
    }
    if (!/^[A-Za-z]/.test(token) || token === 'AND' || token === 'OR') {
      throw unexpected();
    }
    next += 1;
    return take('(') ? { type: 'call', name: token, args: itemsUntil(')') } : { type: 'id', id: token };
  }

  function itemsUntil(end: string): Expression[] {
    const items = [binary(0)];
    while (take(',')) {
      items.push(binary(0));
    }
    expectToken(end);
    return items;
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) {
      throw new Error(`unexpected ${text.slice(from)} in ${text}`);
    }
    tokens.push(token);
  }
  return tokens;
}

/** @returns the ids that an expression refers to */
export function idsIn(expression: Expression): string[] {
  switch (expression.type) {
    case 'number':
      return [];
    case 'id':
      return [expression.id];
    case 'list':
      return expression.items.flatMap(idsIn);
    case 'call':
      return expression.args.flatMap(idsIn);
    case 'negative':
      return idsIn(expression.of);
    case 'binary':
      return [...idsIn(expression.left), ...idsIn(expression.right)];
  }
}
