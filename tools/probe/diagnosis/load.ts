import type { Measurements } from '../measurements';
import type { Plan } from '../plan';
import type { Cause, Undecided } from './cause';
import type { Framework } from './framework';

/** Whether sockets and silent connections slow requests. Pure. */
export function loadCauses(
  _plan: Plan,
  _found: Measurements,
  _framework: Framework | undefined,
): { readonly causes: Cause[]; readonly undecided: Undecided[] } {
  return { causes: [], undecided: [] };
}
