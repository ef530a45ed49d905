import type { Sound } from './check-shape';
import type { StageSettings } from './shape';

type GatewaySettings = NonNullable<StageSettings['gateway']>;
type CloudFrontSettings = Extract<GatewaySettings, { readonly type: 'cloudFront' }>;

/** @returns the settings of the gateway that is a CloudFront distribution; undefined without one */
export function cloudFrontOf({ gateway }: Sound<StageSettings>): Sound<CloudFrontSettings> | undefined {
  return gateway?.type === 'cloudFront' ? gateway : undefined;
}

/**
 * @param given - paths of settings with an unsound value or a mistyped name, of which the value is not known
 * @returns true if CloudFront reaches internal load balancers, as it does by default
 */
export function hasInternalLoadBalancers(settings: Sound<StageSettings>, given: ReadonlySet<string>): boolean {
  const cloudFront = cloudFrontOf(settings);
  const { internalLoadBalancers = !given.has('gateway.internalLoadBalancers') } = cloudFront ?? {};
  return cloudFront !== undefined && internalLoadBalancers;
}
