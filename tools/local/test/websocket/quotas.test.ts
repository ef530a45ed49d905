import { AWS_LIMITS } from '../../websocket/limits';

// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
test.each([
  ['urlCharacters', 4096],
  ['frameBytes', 32_768],
  ['messageBytes', 131_072],
  ['authorizerResultBytes', 8192],
  ['idleMs', 600_000],
  ['durationMs', 7_200_000],
  ['newConnectionsPerSecond', 500],
  ['requestsPerSecond', 10_000],
  ['burst', 5000],
] as const)('the default limit %s of a WebSocket API is the quota of AWS, %d', (name, quota) => {
  expect(AWS_LIMITS[name]).toBe(quota);
});
