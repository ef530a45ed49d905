import type { FormValue } from '../protocols/form';
import type { QueryApi } from '../protocols/query-protocol';

/** SNS's forms: lists as `member.1`, and maps as `entry.1` with name and value. */
export const SNS_FORM: Omit<QueryApi, 'service'> = {
  version: '2010-03-31',
  namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  inputOf: (form) => inputOf(form) as Record<string, unknown>,
  resultOf: (_operation, answer) => wrapped(answer) as object,
};

function inputOf(value: FormValue): unknown {
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(inputOf);
  }
  const { member, entry, ...others } = value as Readonly<Record<string, FormValue>>;
  if (Array.isArray(member)) {
    return member.map(inputOf);
  }
  if (Array.isArray(entry)) {
    return Object.fromEntries(
      (entry as readonly Readonly<Record<string, FormValue>>[]).map((pair) => [
        String(pair.Name ?? pair.key),
        inputOf(pair.Value ?? pair.value ?? ''),
      ]),
    );
  }
  return Object.fromEntries(Object.entries(others).map(([name, one]) => [name, inputOf(one)]));
}

function wrapped(value: unknown): unknown {
  if (Array.isArray(value)) {
    return { member: value.map(wrapped) };
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, one]): [string, unknown] =>
      name === 'Attributes'
        ? [name, { entry: Object.entries(one as object).map(([key, text]) => ({ key, value: text })) }]
        : [name, wrapped(one)],
    ),
  );
}
