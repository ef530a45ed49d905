import { priceOf } from '../prices/price';
import { monthOf } from '../scale/functions';
import type { Part } from './bill';
import { type Charge, charges } from './charge';
import type { CostLoad } from './cost-load';
import { invocationsOf } from './invocations';
import type { FunctionName, Stage } from './stage';

/** Requests and duration of functions that a load invokes. All functions of a lane have the architecture arm64. */
export function functionCharges(part: Part, names: readonly FunctionName[], stage: Stage, load: CostLoad): Charge[] {
  const works = invocationsOf(stage, load);
  return names.flatMap((name) => {
    const [fn, work] = [stage.functions[name], works[name]];
    if (!fn || !work) {
      return [];
    }
    const { invocations, seconds } = monthOf(work);
    const label = name === 'Service' ? 'HTTP' : name.toLowerCase();
    return charges(part, true, [
      [`${label} function: requests`, priceOf('Lambda', 'request'), invocations],
      [`${label} function: duration`, priceOf('Lambda', 'arm64 duration'), seconds * (fn.memory / 1024)],
    ]);
  });
}
