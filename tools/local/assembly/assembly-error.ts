import { UserError } from '../user-error';

/** Why a property cannot be had. */
export interface Problem {
  readonly logicalId: string;
  /** `Properties.Environment.Variables.TABLE`; empty for the resource as a whole. */
  readonly path: string;
  readonly message: string;
}

/** An assembly that cannot run: every reason at once, one a line. */
export class AssemblyError extends UserError {
  override readonly name = 'AssemblyError';

  constructor(directory: string, problems: readonly Problem[]) {
    const lines = problems.map(({ logicalId, path, message }) => {
      const place = [logicalId, path].filter((part) => part !== '').join('.');
      return place === '' ? message : `${place}: ${message}`;
    });
    // What is read twice is reported twice.
    super([`The cloud assembly in ${directory} cannot run here:`, ...new Set(lines)].join('\n- '));
  }
}
