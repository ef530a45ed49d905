/**
 * Environment variables of the functions and of the service. The constructs set them, and the code reads them with
 * {@link required}.
 */
export const Environment = {
  /** Name of the message log's table. */
  MESSAGE_LOG_TABLE: 'MESSAGE_LOG_TABLE',
  /** Seconds for which a message can be read. */
  MESSAGE_RETENTION_SECONDS: 'MESSAGE_RETENTION_SECONDS',
  /** URL of the message log's hint queue, or `none`: then all messages are pushed from the stream. */
  HINT_QUEUE_URL: 'HINT_QUEUE_URL',
  /** Milliseconds since the previous message of its topic after which a message is pushed at once. */
  HINT_AFTER_MILLISECONDS: 'HINT_AFTER_MILLISECONDS',
  /** Name of the connection table. */
  CONNECTION_TABLE: 'CONNECTION_TABLE',
  /** Name of the admission table, or `none` without authentication. */
  ADMISSION_TABLE: 'ADMISSION_TABLE',
  /** Issuer and verification of tokens: TokenRules in service/tokens.ts, as JSON. */
  TOKEN_RULES: 'TOKEN_RULES',
  /** Rate limit of a subject's requests: `100/200` is 100 a second with bursts of 200. */
  SUBJECT_RATE_LIMIT: 'SUBJECT_RATE_LIMIT',
  /** Rate limit of a connection's frames: `20/200`. */
  FRAME_RATE_LIMIT: 'FRAME_RATE_LIMIT',
  /** Maximum number of connections of a subject. */
  CONNECTIONS_PER_SUBJECT: 'CONNECTIONS_PER_SUBJECT',
  /** Exact origins (scheme, host, port) that are allowed to use either lane, separated by commas. */
  ALLOWED_ORIGINS: 'ALLOWED_ORIGINS',
  /** Host that WebSocket clients connect to: `ws.example.com`. */
  WEBSOCKET_HOST: 'WEBSOCKET_HOST',
  /** Secret that the gateway in front of the WebSocket API sends, or `none` without a gateway. */
  ORIGIN_SECRET: 'ORIGIN_SECRET',
  /** Base URL of the API Gateway management API: `{base}/@connections/{id}`. */
  MANAGEMENT_ENDPOINT: 'MANAGEMENT_ENDPOINT',
  /** URL of the queue between dispatch and deliver. */
  DELIVERY_QUEUE_URL: 'DELIVERY_QUEUE_URL',
  /** URL of the queue to which dispatch, deliver or revoke sends what failed on its own. */
  DEAD_LETTER_QUEUE_URL: 'DEAD_LETTER_QUEUE_URL',
  /** URL of the WebSocket lane for clients: `wss://ws.example.com`, or `wss://app.example.com/socket` with a gateway. Unset if the HTTP lane does not know it: its description then has no server. */
  WEBSOCKET_URL: 'WEBSOCKET_URL',
  /** URL of the HTTP lane for clients: `https://api.example.com`. */
  HTTP_URL: 'HTTP_URL',
  /** Value of the dimension `Canary` of the canary's metrics. */
  CANARY_NAME: 'CANARY_NAME',
  /** Rules of the canary's sign-in: SignInRules in lambda/canary/canary.ts, as JSON. */
  CANARY_SIGN_IN: 'CANARY_SIGN_IN',
  /** ARN of the secret with the credentials of the canary, or `none`. */
  CANARY_SECRET: 'CANARY_SECRET',
  /** `true` if a run with a failed check must throw, as CloudWatch Synthetics requires. Unset otherwise. */
  CANARY_THROWS: 'CANARY_THROWS',
  /** Seconds for which messages of the stream wait for others, in the canary. Unset if they do not wait. */
  BATCHING_WINDOW_SECONDS: 'BATCHING_WINDOW_SECONDS',
  /** Port on which the service listens. */
  PORT: 'PORT',
  /** Address on which the service listens. Unset in a task: all addresses. The local runner sets 127.0.0.1. */
  HOST: 'HOST',
  /** Port on which a WebSocket server receives messages for its connections, from the functions of its lane. */
  POSTS_PORT: 'POSTS_PORT',
  /** Maximum number of connections of a WebSocket server. */
  CONNECTIONS_PER_TASK: 'CONNECTIONS_PER_TASK',
  /** Value of the dimension `Lane` of the metrics that the code writes. */
  METRIC_LANE: 'METRIC_LANE',
  /** Seconds for which the service keeps an idle connection open: longer than the load balancer's idle timeout. */
  KEEP_ALIVE_SECONDS: 'KEEP_ALIVE_SECONDS',
  /** Seconds that the service has to finish open requests after SIGTERM. */
  DRAIN_SECONDS: 'DRAIN_SECONDS',
} as const;

/** @returns the value of a variable. Throws if it is not set, so that a function fails at start and not at the first request. */
export function required(name: keyof typeof Environment, environment: NodeJS.ProcessEnv = process.env): string {
  const value = environment[name];
  if (!value) {
    throw new Error(
      `The environment variable ${name} must be set. Fix: create this function with the construct that sets it`,
    );
  }
  return value;
}

/** @returns the value of a variable as a number. Throws if it is not a positive whole number. */
export function requiredNumber(name: keyof typeof Environment, environment: NodeJS.ProcessEnv = process.env): number {
  const value = required(name, environment);
  if (!/^[1-9]\d{0,14}$/.test(value)) {
    throw new Error(`The environment variable ${name} must be a positive whole number, got ${JSON.stringify(value)}`);
  }
  return Number(value);
}
