import { Duration } from 'aws-cdk-lib';
import { HttpCompute } from '../../../../lib/http-lane/http-compute';
import { DEFAULT_THRESHOLDS, type Thresholds } from '../../../../lib/operation/alarms/thresholds';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import { testStack } from '../../synthesized';
import { alarmsOf, watchedTwinlane } from '../watched-lanes';

describe('the thresholds', () => {
  /** Alarms of lanes that have, together, each kind of alarm. */
  function allAlarms(thresholds: Partial<Thresholds>): string {
    const [api, servers] = [testStack(), testStack()];
    watchedTwinlane(api, { operation: { thresholds }, http: { compute: HttpCompute.lambda() } });
    watchedTwinlane(servers, {
      operation: { thresholds, dashboard: false },
      webSocket: { entry: WebSocketEntry.servers() },
    });
    // Not the texts, which also name thresholds.
    const numbers = [api, servers].map((stack) =>
      alarmsOf(stack).map(({ AlarmName, Threshold, Metrics = [] }) => [
        AlarmName,
        Threshold,
        Metrics.map(({ Expression }) => Expression),
      ]),
    );
    return JSON.stringify(numbers);
  }

  const defaults = allAlarms({});

  test.each(Object.keys(DEFAULT_THRESHOLDS) as (keyof Thresholds)[])('%s changes an alarm', (name) => {
    const value = DEFAULT_THRESHOLDS[name];
    const other =
      value instanceof Duration
        ? Duration.millis(value.toMilliseconds() + 1000)
        : value + (Number.isInteger(value) ? 1 : 0.5);
    expect(allAlarms({ [name]: other })).not.toBe(defaults);
  });

  test('that are undefined have their defaults', () => {
    expect(allAlarms({ errorPercent: undefined } as object)).toBe(defaults);
  });
});
