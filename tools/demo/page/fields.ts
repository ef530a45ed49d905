/** A problem of a form's field. */
export interface Problem {
  readonly input: HTMLElement;
  readonly message: string;
}

/** Invalid input of the user. */
export class InvalidInput extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: Problem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.problems = problems;
  }
}

/** Reads all fields of a form. Throws one {@link InvalidInput} with the problems of all of them. */
export function readFields<Values extends object>(readers: { [Key in keyof Values]: () => Values[Key] }): Values {
  const values: Partial<Values> = {};
  const problems: Problem[] = [];
  for (const key of Object.keys(readers) as (keyof Values)[]) {
    try {
      values[key] = readers[key]();
    } catch (error) {
      if (!(error instanceof InvalidInput)) {
        throw error;
      }
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) {
    throw new InvalidInput(...problems);
  }
  return values as Values;
}
