import type { ParameterDeclaration } from './template';

const SSM_VALUE = /^AWS::SSM::Parameter::Value<(.+)>$/;

/** @returns the type of the value in Parameter Store, for a template parameter whose own value is a name there */
export function typeInParameterStore({ Type }: ParameterDeclaration): string | undefined {
  return SSM_VALUE.exec(Type)?.[1];
}

/** The value of `Ref`: a list for the list types. */
export function typedValue(type: string, text: string): string | string[] {
  return isList(type) ? text.split(',').map((item) => item.trim()) : text;
}

/**
 * @param text - the value of a template parameter
 * @returns the constraint that CloudFormation refuses it for; undefined if it satisfies all. A pattern with syntax of Java is not checked
 */
export function brokenRule(declaration: ParameterDeclaration, text: string): string | undefined {
  const { Type, AllowedValues, AllowedPattern, MinLength, MaxLength, MinValue, MaxValue } = declaration;
  const values = [typedValue(Type, text)].flat();
  const numeric = Type === 'Number' || Type === 'List<Number>';
  if (numeric && !values.every(isNumber)) {
    return Type === 'Number' ? 'must be a number' : 'must be a list of numbers';
  }
  if (AllowedValues && !values.every((value) => AllowedValues.some((allowed) => String(allowed) === value))) {
    return `must be one of AllowedValues (${AllowedValues.join(', ')})`;
  }
  if (AllowedPattern !== undefined && !numeric) {
    const pattern = patternOf(AllowedPattern);
    if (pattern && !values.every((value) => pattern.test(value))) return `must match the pattern ${AllowedPattern}`;
  }
  if (Type === 'String' && MinLength !== undefined && text.length < Number(MinLength)) {
    return `must contain at least ${MinLength} characters`;
  }
  if (Type === 'String' && MaxLength !== undefined && text.length > Number(MaxLength)) {
    return `must contain at most ${MaxLength} characters`;
  }
  if (Type === 'Number' && MinValue !== undefined && Number(text) < Number(MinValue)) {
    return `must be a number not less than ${MinValue}`;
  }
  if (Type === 'Number' && MaxValue !== undefined && Number(text) > Number(MaxValue)) {
    return `must be a number not greater than ${MaxValue}`;
  }
  return undefined;
}

function isList(type: string): boolean {
  return type === 'CommaDelimitedList' || type.startsWith('List<');
}

function isNumber(text: string): boolean {
  return /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text);
}

/** @returns undefined for syntax that only Java has */
export function patternOf(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`, /\\p\{/i.test(source) ? 'u' : '');
  } catch {
    return undefined;
  }
}
