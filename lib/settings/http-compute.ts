import type { Sound } from './check-shape';
import type { StageSettings } from './shape';

type HttpSettings = StageSettings['capacity']['http'];
type LambdaSettings = Extract<HttpSettings, { readonly type: 'lambda' }>;
type FargateSettings = Exclude<HttpSettings, LambdaSettings>;

/** @returns the settings of the HTTP lane's function; undefined if its compute is Fargate */
export function lambdaOf({ capacity }: Sound<StageSettings>): Sound<LambdaSettings> | undefined {
  return capacity?.http?.type === 'lambda' ? capacity.http : undefined;
}

/** @returns the settings of the HTTP lane's tasks; undefined if its compute is a function. Without a sound type, it is Fargate */
export function fargateOf(settings: Sound<StageSettings>): Sound<FargateSettings> | undefined {
  return lambdaOf(settings) ? undefined : (settings.capacity?.http as Sound<FargateSettings> | undefined);
}
