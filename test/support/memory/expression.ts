import type { Expression, Item } from '../../../lambda/adapters/table';

type Test = (item: Record<string, unknown>, values: Record<string, unknown>) => boolean;
type Operand = (item: Record<string, unknown>, values: Record<string, unknown>) => unknown;

/** Parsed conditions. Expressions are constants in the code, so each is parsed once. */
const tests = new Map<string, Test>();

/**
 * @returns whether a condition, filter or key condition of DynamoDB is true for an item. Supports the syntax of the adapters: `AND`, `OR`,
 * parentheses, comparisons, `BETWEEN`, and the functions of {@link FUNCTIONS}. Throws on other syntax.
 */
export function holds({ expression, values = {} }: Expression, item: Item | undefined): boolean {
  const test = tests.get(expression) ?? new Parser(expression).test();
  tests.set(expression, test);
  return test(item ?? {}, values);
}

/** Names of values by expression. */
const names = new Map<string, ReadonlySet<string>>();

/** @returns the names of the values that expressions use, with their colons. */
export function valuesIn(expression: string): ReadonlySet<string> {
  const found = names.get(expression) ?? new Set(expression.match(/:\w+/g));
  names.set(expression, found);
  return found;
}

/**
 * @returns the item after an update expression of the clauses `SET name = :value, name = name + :value, …` and
 * `ADD name :value, …`; undefined if `SET` adds to an attribute that does not exist. Throws on other
 * syntax.
 */
export function updated(item: Item, expression: string, values: Record<string, unknown> = {}): Item | undefined {
  const steps = updates.get(expression) ?? updatesIn(expression);
  updates.set(expression, steps);
  const changed: Item = { ...item };
  for (const { name, base, value, adds } of steps) {
    if (!adds && base !== undefined && item[base] === undefined) {
      return undefined;
    }
    // Every step reads the original item.
    changed[name] = base === undefined ? values[value] : (item[base] ?? 0) + (values[value] as number);
  }
  return changed;
}

/** One assignment of an update expression: a value, or the sum of an attribute and a value. */
interface Update {
  readonly name: string;
  readonly base: string | undefined;
  readonly value: string;
  /** True if a missing attribute counts as 0. */
  readonly adds: boolean;
}

const updates = new Map<string, readonly Update[]>();

function updatesIn(expression: string): Update[] {
  return [...expression.matchAll(/(SET|ADD)\s+(.*?)\s*(?=SET|ADD|$)/gs)].flatMap(([, clause, actions = '']) =>
    actions.split(',').map((action) => {
      const [, name, base, value] = action.trim().match(clause === 'SET' ? SET_ACTION : ADD_ACTION) ?? [];
      if (!name || !value) {
        throw new Error(`Cannot read the action "${action}" of "${expression}"`);
      }
      return { name, base, value, adds: clause === 'ADD' };
    }),
  );
}

const SET_ACTION = /^(\w+) = (?:(\w+) \+ )?(:\w+)$/;
/** Matches the name twice, because `ADD` adds to the same attribute. */
const ADD_ACTION = /^(?=(\w+) )(\w+) (:\w+)$/;

const FUNCTIONS: Record<string, (...operands: unknown[]) => boolean> = {
  attribute_exists: (value) => value !== undefined,
  attribute_not_exists: (value) => value === undefined,
  begins_with: (value, start) => typeof value === 'string' && value.startsWith(start as string),
};

/** Comparisons, which are false if an operand is missing. */
const COMPARISONS: Record<string, (one: never, other: never) => boolean> = {
  '=': (one, other) => one === other,
  '<>': (one, other) => one !== other,
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
};

class Parser {
  private readonly tokens: string[];

  constructor(private readonly expression: string) {
    this.tokens = expression.match(/:?\w+|<=|>=|<>|[=<>(),]/g) ?? [];
  }

  test(): Test {
    const test = this.either();
    if (this.tokens.length > 0) {
      throw this.unreadable();
    }
    return test;
  }

  private either(): Test {
    const tests = [this.both()];
    while (this.took('OR')) {
      tests.push(this.both());
    }
    return (item, values) => tests.some((test) => test(item, values));
  }

  private both(): Test {
    const tests = [this.one()];
    while (this.took('AND')) {
      tests.push(this.one());
    }
    return (item, values) => tests.every((test) => test(item, values));
  }

  private one(): Test {
    if (this.took('(')) {
      const test = this.either();
      this.take(')');
      return test;
    }
    const name = this.next();
    const run = FUNCTIONS[name];
    if (run) {
      this.take('(');
      const operands = [this.operand(this.next())];
      while (this.took(',')) {
        operands.push(this.operand(this.next()));
      }
      this.take(')');
      return (item, values) => run(...operands.map((operand) => operand(item, values)));
    }
    return this.comparison(this.operand(name));
  }

  private comparison(left: Operand): Test {
    const sign = this.next();
    if (sign === 'BETWEEN') {
      const low = this.operand(this.next());
      this.take('AND');
      const high = this.operand(this.next());
      return (item, values) => {
        const value = left(item, values) as number;
        return value >= (low(item, values) as number) && value <= (high(item, values) as number);
      };
    }
    const compare = COMPARISONS[sign];
    if (!compare) {
      throw this.unreadable();
    }
    const right = this.operand(this.next());
    return (item, values) => {
      const [one, other] = [left(item, values), right(item, values)];
      return one !== undefined && other !== undefined && compare(one as never, other as never);
    };
  }

  private operand(name: string): Operand {
    return name.startsWith(':') ? (_, values) => values[name] : (item) => item[name];
  }

  private took(token: string): boolean {
    return this.tokens[0] === token && this.tokens.shift() !== undefined;
  }

  private take(token: string): void {
    if (!this.took(token)) {
      throw this.unreadable();
    }
  }

  private next(): string {
    const token = this.tokens.shift();
    if (token === undefined) {
      throw this.unreadable();
    }
    return token;
  }

  private unreadable(): Error {
    return new Error(`Cannot read the rest of "${this.expression}": ${this.tokens.join(' ') || 'it ends too early'}`);
  }
}
