/**
 * A rule's action in CloudFormation's form.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticloadbalancingv2-listenerrule-action.html
 */
export interface Action {
  readonly Type: string;
  readonly Order?: number;
  readonly TargetGroupArn?: string;
  readonly ForwardConfig?: { readonly TargetGroups?: readonly WeightedTargetGroup[] };
  readonly RedirectConfig?: RedirectConfig;
  readonly FixedResponseConfig?: FixedResponseConfig;
}

interface WeightedTargetGroup {
  readonly TargetGroupArn: string;
  /** 0 to 999. @default 1 */
  readonly Weight?: number | string;
}

export interface RedirectConfig {
  readonly Protocol?: string;
  readonly Host?: string;
  readonly Port?: string;
  readonly Path?: string;
  readonly Query?: string;
  readonly StatusCode: 'HTTP_301' | 'HTTP_302';
}

interface FixedResponseConfig {
  readonly StatusCode: string;
  readonly ContentType?: string;
  readonly MessageBody?: string;
}

const ENDS = new Set(['forward', 'redirect', 'fixed-response']);

/** @returns the last action, which handles the request. Earlier actions authenticate, which is not emulated */
export function answering(actions: readonly Action[]): Action | undefined {
  return actions.find(({ Type }) => ENDS.has(Type));
}

/** @returns the actions that are not emulated: authentication actions */
export function notEmulated(actions: readonly Action[]): Action[] {
  return actions.filter(({ Type }) => !ENDS.has(Type));
}

/**
 * @param random at least 0, less than 1
 * @returns the ARN of the target group for the request, chosen by weight; undefined if every weight is 0
 */
export function targetGroupOf({ TargetGroupArn, ForwardConfig }: Action, random: number): string | undefined {
  const groups = ForwardConfig?.TargetGroups ?? (TargetGroupArn ? [{ TargetGroupArn }] : []);
  const weights = groups.map(({ Weight }: { Weight?: number | string }) => Number(Weight ?? 1));
  let rest = random * weights.reduce((sum, weight) => sum + weight, 0);
  return groups.find((_, index) => {
    rest -= weights[index] ?? 0;
    return rest < 0;
  })?.TargetGroupArn;
}
