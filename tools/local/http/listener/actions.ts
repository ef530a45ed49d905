/**
 * A rule's action as CloudFormation has it.
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
  /** 0 to 999; one without a weight has 1. */
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

/** @returns the action that answers: the last. Those before it authenticate, which is not done here. */
export function answering(actions: readonly Action[]): Action | undefined {
  return actions.find(({ Type }) => ENDS.has(Type));
}

/** @returns the actions that are left out here: those that authenticate. */
export function leftOut(actions: readonly Action[]): Action[] {
  return actions.filter(({ Type }) => !ENDS.has(Type));
}

/**
 * @param random at least 0, less than 1
 * @returns the ARN of the target group that gets the request, each as often as its weight says; undefined if every weight is 0.
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
