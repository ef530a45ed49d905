import type { Part } from './bill';

/** Names of the parts of a bill, for readers. */
export const PART_NAMES: Readonly<Record<Part, string>> = {
  floor: 'Floor: billed by time',
  http: 'HTTP lane',
  websocket: 'WebSocket lane',
  log: 'Message log and delivery',
  observability: 'Alarms, metrics, logs and traces',
  gateway: 'CloudFront',
  dataOut: 'Data to clients',
  users: 'Users of the user pool (Cognito)',
};
