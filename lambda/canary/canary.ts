/** Checks of a run of the canary. Each check needs those before it, except that `http` and `webSocket` need no sign-in to fail. */
export const CHECKS = ['signIn', 'http', 'webSocket', 'delivery'] as const;

export type CheckName = (typeof CHECKS)[number];

/** Names of the checks for operators. */
export const CHECK_NAMES: Readonly<Record<CheckName, string>> = {
  signIn: 'sign-in',
  http: 'HTTP lane',
  webSocket: 'WebSocket lane',
  delivery: 'delivery',
};

/** Result of a check. */
export type CheckResult =
  | { readonly outcome: 'passed' }
  /** The reason is one line without tokens, secrets and bodies: `GET https://api.example.com/health: connection refused`. */
  | { readonly outcome: 'failed'; readonly reason: string }
  /** The check could not run, because of an earlier one: `the HTTP lane failed`. */
  | { readonly outcome: 'notTried'; readonly because: string };

/** Numbers that a run measures, with their units. */
export const MEASUREMENTS = {
  /** Duration of the first request on a new connection, with the resolution of the name, the connection and TLS. */
  firstRequest: 'Milliseconds',
  /** Duration of the next request on the same connection. */
  secondRequest: 'Milliseconds',
  /** Duration of the first request, divided by that of the second one. */
  firstRequestRatio: 'None',
  /** Median duration of 20 requests beside 5 silent sockets, divided by that of 20 requests without them. */
  besideSocketsRatio: 'None',
  /** Time from the start of a publish over HTTP until the message arrives at a socket. */
  publishToPush: 'Milliseconds',
} as const;

export type MeasurementName = keyof typeof MEASUREMENTS;

/** Report of a run. */
export interface CanaryReport {
  readonly checks: Readonly<Record<CheckName, CheckResult>>;
  /** Without the measurements that failed. */
  readonly measurements: Readonly<Partial<Record<MeasurementName, number>>>;
}

/** The lanes to check, as their clients see them. */
export interface CanaryTarget {
  /** `https://api.example.com` */
  readonly httpUrl: string;
  /** `wss://ws.example.com` */
  readonly webSocketUrl: string;
}

/** Gets the token of the canary's user. @returns undefined without authentication. Throws if the sign-in fails. */
export type SignIn = () => Promise<string | undefined>;

/** Rules of the sign-in of the canary, as the construct writes it to an environment variable. */
export type SignInRules =
  | { readonly type: 'none' }
  /** As a user of a user pool. The secret has `username`, `password` and `totpSecret`. */
  | { readonly type: 'userPool'; readonly userPoolId: string; readonly clientId: string; readonly region: string }
  /** As a client of an issuer, by the OAuth 2.0 client credentials grant. The secret has `tokenUrl`, `clientId`, `clientSecret`, and can have `scope` and `audience`. */
  | { readonly type: 'clientCredentials' };
