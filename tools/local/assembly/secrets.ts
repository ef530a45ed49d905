import { createHmac, randomBytes } from 'node:crypto';
import { Unresolved } from './intrinsics';
import type { Resource } from './resource';

/** Key of the generated values: they differ from run to run, and stay the same when the assembly is read again. */
const RUN = randomBytes(32);

/** A dynamic reference to a secret. */
export interface SecretReference {
  /** ARN or name. */
  readonly secretId: string;
  /** Key in a secret that is JSON; '' for the whole value. */
  readonly jsonKey: string;
}

/**
 * @param reference - `{{resolve:secretsmanager:ID:SecretString:KEY:STAGE:VERSION}}`, in which all after the id is optional
 *
 * Throws {@link Unresolved} for a reference to another service.
 */
export function secretReferenceOf(reference: string): SecretReference {
  const [, id] = /^\{\{resolve:secretsmanager:(.+)\}\}$/.exec(reference) ?? [];
  if (id === undefined) throw new Unresolved(`the dynamic reference ${reference} has a value only in AWS`);
  const parts = id.split(':');
  const ofId = id.startsWith('arn:') ? 7 : 1;
  const [, jsonKey = ''] = parts.slice(ofId);
  return { secretId: parts.slice(0, ofId).join(':'), jsonKey };
}

/** @returns the secret's own value, or one that is generated as the template says; of a key, if the value is JSON */
export function valueOfSecret(secret: Resource, jsonKey: string): string {
  const generate = secret.property('GenerateSecretString');
  const generated = generatedValue(secret.identity.arn, generate.at('PasswordLength').number(32));
  const key = generate.at('GenerateStringKey').optionalText();
  const value =
    key === undefined
      ? (secret.property('SecretString').optionalText() ?? generated)
      : JSON.stringify({ ...JSON.parse(generate.at('SecretStringTemplate').text() || '{}'), [key]: generated });
  if (jsonKey === '') return value;
  const fields = parsed(value);
  if (fields[jsonKey] === undefined) throw new Unresolved(`the secret ${secret.logicalId} has no key ${jsonKey}`);
  return String(fields[jsonKey]);
}

/** Letters and digits only, which every setting of a generated secret allows or does not exclude by default. */
function generatedValue(arn: string, length: number): string {
  let text = '';
  for (let block = 0; text.length < length; block++) {
    text += createHmac('sha256', RUN)
      .update(`${arn} ${block}`)
      .digest('base64')
      .replace(/[^A-Za-z0-9]/g, '');
  }
  return text.slice(0, length);
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
