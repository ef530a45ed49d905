import { openConnectionsLine } from '../../../service/websocket/metrics';

test('the metric of open sockets is one line in the embedded metric format, with the lane as its dimension', () => {
  const line = openConnectionsLine('prod-lane', 42, 1_767_225_600_000);
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
    _aws: {
      Timestamp: 1_767_225_600_000,
      CloudWatchMetrics: [
        { Namespace: 'Twinlane', Dimensions: [['Lane']], Metrics: [{ Name: 'OpenConnections', Unit: 'Count' }] },
      ],
    },
    Lane: 'prod-lane',
    OpenConnections: 42,
  });
});
