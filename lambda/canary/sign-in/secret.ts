import type { OperationCaller } from '../../aws/json-client';
import { CheckFailure } from '../check-failure';
import { callFailure } from './call-failure';

/** Reads the fields of the canary's secret. */
export type SecretReader = () => Promise<Readonly<Record<string, unknown>>>;

/**
 * @param secretsManager - client of AWS Secrets Manager
 * @param arn - of the secret
 */
export function secretReader(secretsManager: OperationCaller, arn: string): SecretReader {
  return async () => {
    const { SecretString: text = '' } = await secretsManager
      .call<{ SecretString?: string }>('GetSecretValue', { SecretId: arn })
      .catch(callFailure('Secrets Manager, GetSecretValue'));
    try {
      const fields: unknown = JSON.parse(text);
      if (typeof fields === 'object' && fields !== null) {
        return { ...fields };
      }
    } catch {
      // Not JSON: the same as another type. The error would contain a part of the text.
    }
    throw new CheckFailure("The canary's secret must be a JSON object");
  };
}

/** @returns a field. Throws CheckFailure without it @param fix - what the operator can do */
export function fieldOf(secret: Readonly<Record<string, unknown>>, name: string, fix: string): string {
  const value = secret[name];
  if (typeof value !== 'string' || value === '') {
    throw new CheckFailure(`The canary's secret has no "${name}". Fix: ${fix}`);
  }
  return value;
}
