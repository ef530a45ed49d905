import { shown } from './shown';

/** @returns the props; none for a value that is not an object, which is reported, or null */
export function propsOf<Props extends object>(given: Props | null): Partial<Props> {
  return isObject(given) ? given : {};
}

/** @returns a problem if the props are not an object. null means none, as undefined does */
export function propsProblems(given: unknown): string[] {
  return given === null || isObject(given)
    ? []
    : [
        `the props of the canary must be an object, got ${shown(given)}. Fix: use { every: Duration.minutes(5) }, or none`,
      ];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
