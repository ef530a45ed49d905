/** Milliseconds after which a call counts as unanswered. */
export interface Timeouts {
  readonly connect: number;
  readonly request: number;
}

/** Ten times what these calls take, which is well under a second. */
const TIMEOUTS: Timeouts = { connect: 5_000, request: 10_000 };

// Releases of the SDK from 2027 on require Node.js 22. The lock file has versions that run on 20, so users need no warning.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/**
 * Configuration of each SDK client. Credentials and AWS_ENDPOINT_URL come from the SDK's default chain.
 *
 * @param region undefined for the one of AWS_REGION or the profile
 */
export function clientConfig(region: string | undefined, { connect, request }: Timeouts = TIMEOUTS) {
  return {
    region,
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: connect,
      requestTimeout: request,
      // Without it, the SDK only logs a warning, and the call waits forever.
      throwOnRequestTimeout: true,
    },
  };
}
