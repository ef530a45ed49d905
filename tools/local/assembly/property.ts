import { evaluate, isIntrinsic, NO_VALUE, type Scope, Unresolved } from './intrinsics';

/** Stands for a value that cannot be resolved. No template contains a control character. */
const UNKNOWN = '\0';

/** Records a problem with the property at the path. */
export type Report = (path: string, message: string) => void;

/**
 * A property of a resource, resolved only when it is read: an unused reference is not a problem. A reference that cannot
 * be resolved is reported with its path and reads as an empty value, so that one run finds all problems.
 */
export class Property {
  constructor(
    private readonly expression: unknown,
    private readonly path: string,
    private readonly scope: Scope,
    private readonly report: Report,
    private readonly unresolved?: string,
  ) {}

  get exists(): boolean {
    return this.outermost() !== undefined;
  }

  at(key: string): Property {
    const value = this.outermost();
    const inner = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return this.inner(inner, key);
  }

  /** The items of a list; none if the property is missing. */
  items(): Property[] {
    const value = this.outermost();
    if (!Array.isArray(value)) return [];
    return value.map((item, index) => this.inner(item, index)).filter((item) => item.exists);
  }

  /** The entries of an object; none if the property is missing. */
  entries(): [string, Property][] {
    const value = this.outermost();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.keys(value)
      .map((key): [string, Property] => [key, this.at(key)])
      .filter(([, property]) => property.exists);
  }

  /** The whole value, as plain data. */
  value(): unknown {
    const value = this.outermost();
    if (Array.isArray(value)) return this.items().map((item) => item.value());
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(this.entries().map(([key, property]) => [key, property.value()]));
    }
    return value;
  }

  /** The same property, except that unresolvable references in it read as the given text and are not reported. */
  or(unresolved: string): Property {
    return new Property(this.expression, this.path, this.scope, this.report, unresolved);
  }

  /** The text; undefined if the property is missing or has a reference that cannot be resolved. Reports no problem. */
  known(): string | undefined {
    const text = this.or(UNKNOWN).optionalText();
    return text === UNKNOWN ? undefined : text;
  }

  /** The text. Reports a problem if the property is missing. */
  text(): string {
    const value = this.outermost();
    if (value === undefined) {
      this.fail('is missing');
      return '';
    }
    return String(value);
  }

  optionalText(): string | undefined {
    return this.exists ? this.text() : undefined;
  }

  optionalNumber(): number | undefined {
    return this.exists ? this.number(0) : undefined;
  }

  number(otherwise: number): number {
    if (!this.exists) return otherwise;
    const value = Number(this.outermost());
    if (Number.isNaN(value)) this.fail(`must be a number, got ${JSON.stringify(this.outermost())}`);
    return value;
  }

  /** The boolean: CloudFormation accepts `"true"` for `true`. */
  flag(otherwise: boolean): boolean {
    return this.exists ? String(this.outermost()) === 'true' : otherwise;
  }

  texts(): Record<string, string> {
    return Object.fromEntries(this.entries().map(([key, property]) => [key, property.text()]));
  }

  /** The entries of a list such as `[{Key, Value}]`, the form of attributes. One without a value is left out. */
  pairs(keyName = 'Key', valueName = 'Value'): Record<string, string> {
    return Object.fromEntries(
      this.items()
        .filter((item) => item.at(valueName).exists)
        .map((item) => [item.at(keyName).text(), item.at(valueName).text()]),
    );
  }

  /** Reports a problem with the property. */
  fail(message: string): void {
    this.report(this.path, message);
  }

  /** The value with its outermost intrinsic functions evaluated, but not those inside it. */
  private outermost(): unknown {
    const { expression } = this;
    if (typeof expression !== 'string' && !isIntrinsic(expression)) return expression ?? undefined;
    try {
      const value = evaluate(expression, this.scope);
      return value === NO_VALUE ? undefined : value;
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      if (this.unresolved !== undefined) return this.unresolved;
      this.fail(error.message);
      return '';
    }
  }

  private inner(expression: unknown, key: string | number): Property {
    return new Property(expression, `${this.path}.${key}`, this.scope, this.report, this.unresolved);
  }
}
