import { UserError } from '../user-error';

/** Reason why a property cannot be resolved. */
export interface Problem {
  readonly logicalId: string;
  /** `Properties.Environment.Variables.TABLE`; empty for the resource as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Error for an assembly that cannot run. The message has one line for each reason. */
export class AssemblyError extends UserError {
  override readonly name = 'AssemblyError';

  constructor(directory: string, problems: readonly Problem[]) {
    const lines = problems.map(({ logicalId, path, message }) => {
      const place = [logicalId, path].filter((part) => part !== '').join('.');
      return place === '' ? message : `${place}: ${message}`;
    });
    // A property that is read twice is reported twice.
    super([`The cloud assembly in ${directory} cannot run here:`, ...new Set(lines)].join('\n- '));
  }
}
