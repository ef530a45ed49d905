import { join } from 'node:path';
import type { FunctionBlueprint } from '../blueprint';

/**
 * @param taskRoot - the folder of the function's code
 * @param environment - the other variables of the function
 * @returns the variables that Lambda sets by the places of the code and the layers. `NODE_PATH` of the template is kept, as on Lambda
 */
export function codeVariables(
  { handler, runtime, layersFolder: opt }: FunctionBlueprint,
  taskRoot: string,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const node = /^nodejs(\d+)/.exec(runtime)?.[1];
  const layers = opt ? [join(opt, `nodejs/node${node}/node_modules`), join(opt, 'nodejs/node_modules')] : [];
  return {
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: handler,
    ...(node && { NODE_PATH: environment.NODE_PATH ?? [...layers, taskRoot].join(':') }),
    ...(opt && { PATH: `${environment.PATH ?? ''}:${join(opt, 'bin')}` }),
  };
}
