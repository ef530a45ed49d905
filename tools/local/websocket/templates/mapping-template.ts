import { Compile, parse } from 'velocityjs';
import { javaMethod } from './java-methods';
import { javaText } from './java-text';
import { Input, type Parameters, Util } from './variables';

/** Variables of a template. */
export interface TemplateInput {
  /** `$input.body`; '' for none. */
  readonly body: string;
  /** `$input.params()` */
  readonly parameters: Parameters;
  /** `$context` */
  readonly context: Readonly<Record<string, unknown>>;
  /** `$stageVariables` */
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** Methods of velocityjs's compiler that it adds to its class at run time, so that its types do not have them. */
interface Compiler {
  render(variables: object): string;
  getReferences(reference: object, isText: boolean): unknown;
  getExpression(expression: Expression): unknown;
}

interface Expression {
  readonly type: string;
  readonly operator?: string;
  readonly expression?: readonly [Expression, Expression];
}

const Base = Compile as unknown as new (template: object, settings: object) => Compiler;

/** Differences from velocityjs: texts and integers as in Java, and an empty text for a reference without a value [U]. */
class Template extends Base {
  override getReferences(reference: object, isText: boolean): unknown {
    const value = super.getReferences(reference, false);
    if (!isText) {
      return value;
    }
    return value === undefined || value === null ? '' : javaText(value);
  }

  override getExpression(expression: Expression): unknown {
    const value = super.getExpression(expression);
    const isDivision = expression.operator === '/' && typeof value === 'number';
    return isDivision && expression.expression?.every((one) => this.isInteger(one)) ? Math.trunc(value) : value;
  }

  private isInteger(operand: Expression): boolean {
    return operand.type !== 'decimal' && Number.isInteger(this.getExpression(operand));
  }
}

const JAVA_METHODS = {
  uid: 'java',
  match: ({ context, property }: Call) => javaMethod(context, property) !== undefined,
  resolve: ({ context, property, params }: Call) => javaMethod(context, property)?.(params),
};

interface Call {
  readonly context: unknown;
  readonly property: string;
  readonly params: unknown[];
}

/**
 * Renders a mapping template of a WebSocket API, in the Velocity Template Language. Source of the variables: "WebSocket API mapping
 * template reference", API Gateway Developer Guide.
 *
 * Throws if the template is invalid, and if it reads JSON from a text that is not JSON.
 */
export function render(template: string, { body, parameters, context, stageVariables }: TemplateInput): string {
  const variables = {
    input: new Input(body, parameters),
    util: new Util(),
    context: structuredClone(context),
    stageVariables: { ...stageVariables },
  };
  return new Template(parse(template), { escape: false, customMethodHandlers: [JAVA_METHODS] }).render(variables);
}
