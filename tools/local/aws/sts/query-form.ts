import type { QueryApi } from '../protocols/query-protocol';

/** STS's forms. Its operations here have no lists. */
export const STS_FORM: Omit<QueryApi, 'service'> = {
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  inputOf: (form) => form,
  resultOf: (_operation, answer) => answer,
};
