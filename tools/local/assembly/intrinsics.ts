/** Values that an expression can refer to. Each method throws {@link Unresolved} for a value that it does not know. */
export interface Scope {
  /** @returns the value of `Ref`: a parameter's value, a resource's physical id, a pseudo parameter */
  reference(logicalId: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapped(map: string, topLevelKey: string, secondLevelKey: string): unknown;
  /** The value that a stack exports under the name. */
  imported(exportName: string): unknown;
  output(stackName: string, outputName: string): unknown;
  /** The value of a dynamic reference: `{{resolve:secretsmanager:ARN:SecretString:::}}`. */
  dynamic(reference: string): string;
}

/** A reference that only AWS could resolve. */
export class Unresolved extends Error {
  override readonly name = 'Unresolved';
}

/** The value of `AWS::NoValue`: an entry with it counts as omitted. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** @returns true if an expression itself is a call of an intrinsic function, not only an object that contains one */
export function isIntrinsic(expression: unknown): expression is Record<string, unknown> {
  if (!isObject(expression)) return false;
  const keys = Object.keys(expression);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0]?.startsWith('Fn::') === true);
}

/**
 * Evaluates a CloudFormation expression. Throws {@link Unresolved} if a value that it needs is not known.
 *
 * @returns plain data, or {@link NO_VALUE}
 */
export function evaluate(expression: unknown, scope: Scope): unknown {
  if (typeof expression === 'string') return withSecrets(expression, scope);
  if (Array.isArray(expression)) {
    return expression.map((item) => evaluate(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (!isObject(expression)) return expression;
  if (isIntrinsic(expression)) {
    const [[name, argument] = ['', undefined]] = Object.entries(expression);
    const intrinsic = intrinsics[name];
    if (!intrinsic) throw new Unresolved(`${name} is not supported`);
    const value = intrinsic(argument, scope);
    // The parts of a reference are often joined.
    return typeof value === 'string' ? withSecrets(value, scope) : value;
  }
  return Object.fromEntries(
    Object.entries(expression)
      .map(([key, value]) => [key, evaluate(value, scope)])
      .filter(([, value]) => value !== NO_VALUE),
  );
}

/** Replaces dynamic references by their values. A reference without its end is a part of one, and stays unchanged. */
function withSecrets(text: string, scope: Scope): string {
  return text.replace(/\{\{resolve:[^{}]*\}\}/g, (reference) => scope.dynamic(reference));
}

const intrinsics: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (argument, scope) => scope.reference(String(argument)),

  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...attribute] = typeof argument === 'string' ? argument.split('.') : list(argument, scope);
    return scope.attribute(String(logicalId), attribute.join('.'));
  },

  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument, scope);
    return list(parts, scope).join(String(separator));
  },

  'Fn::Split': (argument, scope) => {
    const [separator, text] = list(argument, scope);
    return String(text).split(String(separator));
  },

  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument, scope);
    const values = list(items, scope);
    const value = values[Number(index)];
    if (value === undefined)
      throw new Unresolved(`the index ${index} of Fn::Select is out of range: the list has ${values.length} values`);
    return value;
  },

  'Fn::Sub': (argument, scope) => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    const values = new Map(Object.entries(isObject(variables) ? variables : {}));
    return String(text).replace(/\$\{([^}]+)\}/g, (_, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (values.has(name)) return String(evaluate(values.get(name), scope));
      const [logicalId = '', ...attribute] = name.trim().split('.');
      return String(
        attribute.length > 0 ? scope.attribute(logicalId, attribute.join('.')) : scope.reference(logicalId),
      );
    });
  },

  'Fn::Base64': (argument, scope) => Buffer.from(String(evaluate(argument, scope))).toString('base64'),

  'Fn::FindInMap': (argument, scope) => {
    const [map, topLevelKey, secondLevelKey] = list(argument, scope).map(String);
    return scope.mapped(map ?? '', topLevelKey ?? '', secondLevelKey ?? '');
  },

  'Fn::ImportValue': (argument, scope) => scope.imported(String(evaluate(argument, scope))),

  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName } = (isObject(argument) ? argument : {}) as Record<string, unknown>;
    return scope.output(String(evaluate(StackName, scope)), String(OutputName));
  },

  // Most Regions have three Availability Zones.
  'Fn::GetAZs': (argument, scope) => {
    const region = evaluate(argument, scope) || scope.reference('AWS::Region');
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  },

  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = Array.isArray(argument) ? argument : [];
    return evaluate(scope.condition(String(condition)) ? whenTrue : whenFalse, scope);
  },
};

/** @returns true if a condition of a template holds. Condition functions are not allowed in other expressions */
export function holds(expression: unknown, scope: Scope): boolean {
  const [[name, argument] = ['', undefined]] = Object.entries(isObject(expression) ? expression : {});
  const operands = Array.isArray(argument) ? argument : [];
  switch (name) {
    case 'Condition':
      return scope.condition(String(argument));
    case 'Fn::And':
      return operands.every((operand) => holds(operand, scope));
    case 'Fn::Or':
      return operands.some((operand) => holds(operand, scope));
    case 'Fn::Not':
      return !holds(operands[0], scope);
    case 'Fn::Equals':
      return comparable(evaluate(operands[0], scope)) === comparable(evaluate(operands[1], scope));
    case 'Fn::Contains':
      return list(operands[0], scope).includes(evaluate(operands[1], scope));
    default:
      throw new Unresolved(`${name || 'the condition'} is not supported`);
  }
}

/** CloudFormation compares texts: a parameter's value `"2"` equals the number 2. */
function comparable(value: unknown): string {
  return JSON.stringify(value, (_, inner) => (['number', 'boolean'].includes(typeof inner) ? String(inner) : inner));
}

function list(expression: unknown, scope: Scope): unknown[] {
  const value = evaluate(expression, scope);
  if (!Array.isArray(value)) throw new Unresolved(`a list is required, got ${JSON.stringify(value)}`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
