/** The parts of a CloudFormation template that this folder reads. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, ParameterDeclaration>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, ResourceDeclaration>>;
  readonly Outputs?: Readonly<
    Record<
      string,
      { readonly Value: unknown; readonly Condition?: string; readonly Export?: { readonly Name: unknown } }
    >
  >;
}

export interface ParameterDeclaration {
  /** `String`, `List<Number>`, `AWS::SSM::Parameter::Value<String>` */
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedValues?: readonly unknown[];
  /** A regular expression of Java for the whole value. */
  readonly AllowedPattern?: string;
  readonly ConstraintDescription?: string;
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
  /** True if the value must not be printed. */
  readonly NoEcho?: boolean | string;
}

export interface ResourceDeclaration {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
