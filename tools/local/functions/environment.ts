import { devNull } from 'node:os';
import type { Addresses } from '../addresses';
import type { FunctionBlueprint } from '../blueprint';
import { credentialsOf } from '../identity/credentials';
import { confinement } from '../network/run-folder';
import { type EntryPoints, localUrls } from './local-urls';

/**
 * The environment variables of a function's process: those of the template, with URLs of this run; those that Lambda sets; the
 * local endpoints and the role's credentials for an SDK. Of the user's environment only PATH is passed on.
 */
export function environmentOf(
  fn: FunctionBlueprint,
  blueprint: EntryPoints,
  addresses: Addresses,
): Record<string, string> {
  const localize = localUrls(blueprint, addresses);
  const variables = Object.entries(fn.environment).map(([name, value]) => [name, localize(value)]);
  return {
    TZ: ':UTC',
    // Nothing listens there, and no trace is sampled.
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    ...confined({ ...Object.fromEntries(variables), ...(process.env.PATH && { PATH: process.env.PATH }) }, addresses),
    LANG: 'en_US.UTF-8',
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMiB),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    ...sdkEnvironment(fn.roleArn, fn.region, addresses),
  };
}

/** @returns the variables, with those that let calls to AWS reach the front of this run */
export function confined(variables: Readonly<Record<string, string>>, { front }: Addresses): Record<string, string> {
  return { ...variables, ...(front && confinement(front.files, variables)) };
}

/** @returns variables that give an SDK the local endpoints and the role's credentials, and hide the user's own AWS settings */
export function sdkEnvironment(roleArn: string, region: string, { awsEndpoint }: Addresses): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(roleArn);
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // The SDK would warn about the local version of Node.js, which is not the function's runtime.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
