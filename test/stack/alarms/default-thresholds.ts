const actual = jest.requireActual<typeof import('../../../lib/operation/alarms/thresholds')>(
  '../../../lib/operation/alarms/thresholds',
);

/**
 * Replaces the module of the thresholds. The trouble of the cases is just above and below the default thresholds, so the alarms of a
 * fork that sets others are evaluated with the defaults.
 */
export const { DEFAULT_THRESHOLDS, isUnresolved } = actual;

export const thresholdsOf = () => DEFAULT_THRESHOLDS;
