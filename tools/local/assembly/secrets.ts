import { createHmac, randomBytes } from 'node:crypto';
import type { SecretBlueprint } from '../blueprint';
import { type IdentifiedSecret, identifies, secretOfId } from '../secret-id';
import { fixFor, type GivenSecret, optionOfSecret } from '../given-values';
import { Unresolved } from './intrinsics';
import type { NotEmulated } from './not-emulated';
import type { Resource } from './resource';

/** Key of the generated values: they differ from run to run, and stay the same when the assembly is read again. */
const RUN = randomBytes(32);

/** A secret of a template or of the options. */
export interface Secret extends IdentifiedSecret {
  /** The name, for a secret of the options. */
  readonly logicalId: string;
  readonly description?: string;
  /** @returns undefined if the secret has no value yet. Throws {@link Unresolved} if its value is not known */
  readonly value: () => string | undefined;
}

/** Reads each `AWS::SecretsManager::Secret`. Values of the options replace its value, and those for other secrets are secrets of their own. */
export function secretsOf(resources: readonly Resource[], given: readonly GivenSecret[]): Secret[] {
  const inTemplates = resources.map((resource) => {
    const { name, arn } = resource.identity;
    const { region, accountId } = resource.artifact;
    const description = resource.property('Description').known();
    const secret = {
      ...{ logicalId: resource.logicalId, name, arn, region, accountId },
      ...(description !== undefined && { description }),
    };
    const own = given.filter(
      ({ secretId }) => secretId === resource.logicalId || identifies(secretId, secret, { region, accountId }),
    );
    return { ...secret, own, value: () => merged(secret, own, () => valueInTemplate(resource)) };
  });
  const rest = given.filter((one) => !inTemplates.some(({ own }) => own.includes(one)));
  const outside = [...new Set(rest.map(({ secretId }) => secretId))].map((secretId): Secret => {
    const secret = secretOfId(secretId);
    const own = rest.filter((one) => one.secretId === secretId);
    return { ...secret, logicalId: secret.name, value: () => merged(secret, own, () => undefined) };
  });
  return [...inTemplates.map(({ own: _, ...secret }) => secret), ...outside];
}

/** @returns the secrets with their values. One whose value is not known is listed, and has no value */
export function secretBlueprintsOf(secrets: readonly Secret[], notEmulated: NotEmulated): SecretBlueprint[] {
  return secrets.map(({ value: valueOf, ...secret }) => {
    try {
      const value = valueOf();
      return { ...secret, ...(value !== undefined && { value }) };
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      const meaning = `Calls for its value fail: ${error.message}`;
      notEmulated.add(`AWS::SecretsManager::Secret (${secret.name})`, secret.logicalId, meaning);
      return secret;
    }
  });
}

/** A dynamic reference to a secret. */
export interface SecretReference {
  /** ARN or name. */
  readonly secretId: string;
  /** Key in a secret that is JSON; '' for the whole value. */
  readonly jsonKey: string;
}

/** @param id - what follows `secretsmanager:` in a dynamic reference: `ID:SecretString:KEY:STAGE:VERSION`. All after the id is optional */
export function secretReferenceOf(id: string): SecretReference {
  const parts = id.split(':');
  const ofId = id.startsWith('arn:') ? 7 : 1;
  const [, jsonKey = ''] = parts.slice(ofId);
  return { secretId: parts.slice(0, ofId).join(':'), jsonKey };
}

/** @returns the value, or one key of it. Throws {@link Unresolved} if the secret does not have it */
export function valueOfSecret(secret: Secret, jsonKey: string): string {
  const value = secret.value();
  if (value === undefined) {
    throw new Unresolved(
      `the secret ${secret.logicalId} has no value. ${fixFor(optionOfSecret(secret.name, jsonKey))}`,
    );
  }
  if (jsonKey === '') return value;
  const field = objectIn(value)?.[jsonKey];
  if (field === undefined) {
    const fix = fixFor(optionOfSecret(secret.name, jsonKey));
    throw new Unresolved(`the secret ${secret.logicalId} has no key ${jsonKey}. ${fix}`);
  }
  return typeof field === 'string' ? field : JSON.stringify(field);
}

/** The value with the values of the options. */
function merged(
  { name }: IdentifiedSecret,
  given: readonly GivenSecret[],
  inTemplate: () => string | undefined,
): string | undefined {
  const value = given.findLast(({ jsonKey }) => jsonKey === '')?.value ?? inTemplate();
  const keys = given.filter(({ jsonKey }) => jsonKey !== '');
  if (keys.length === 0) return value;
  const fields = value === undefined ? {} : objectIn(value);
  if (!fields) {
    throw new Unresolved(
      `the secret ${name} is not JSON, so it has no key ${keys[0]?.jsonKey}. ${fixFor(optionOfSecret(name, ''))}`,
    );
  }
  return JSON.stringify({
    ...fields,
    ...Object.fromEntries(keys.map(({ jsonKey, value: field }) => [jsonKey, field])),
  });
}

/** The secret's own value, or one that is generated as the template says. */
function valueInTemplate(secret: Resource): string | undefined {
  const generate = secret.property('GenerateSecretString');
  if (!generate.exists) {
    const text = secret.property('SecretString');
    return text.exists ? (text.known() ?? unresolved(secret)) : undefined;
  }
  const generated = generatedValue(secret.identity.arn, {
    length: generate.at('PasswordLength').number(32),
    excluded: generate.at('ExcludeCharacters').optionalText() ?? '',
    kinds: KINDS.filter(([flag]) => !generate.at(flag).flag(false)).map(([, characters]) => characters),
    space: generate.at('IncludeSpace').flag(false),
    each: generate.at('RequireEachIncludedType').flag(true),
  });
  const key = generate.at('GenerateStringKey').optionalText();
  if (key === undefined) return generated;
  const template = generate.at('SecretStringTemplate').known() ?? unresolved(secret);
  return JSON.stringify({ ...objectIn(template), [key]: generated });
}

function unresolved(secret: Resource): never {
  throw new Unresolved(
    `the secret ${secret.logicalId} has a value only in AWS. ${fixFor(optionOfSecret(secret.identity.name, ''))}`,
  );
}

/** Characters of a generated value, with the setting that excludes them. Source: "GetRandomPassword", Secrets Manager API Reference. */
const KINDS = [
  ['ExcludeLowercase', 'abcdefghijklmnopqrstuvwxyz'],
  ['ExcludeUppercase', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ['ExcludeNumbers', '0123456789'],
  ['ExcludePunctuation', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
] as const;

interface Generation {
  readonly length: number;
  readonly excluded: string;
  readonly kinds: readonly string[];
  readonly space: boolean;
  /** True if the value has a character of each kind. */
  readonly each: boolean;
}

function generatedValue(arn: string, { length, excluded, kinds, space, each }: Generation): string {
  const allowed = [...kinds, ...(space ? [' '] : [])]
    .map((kind) => [...kind].filter((character) => !excluded.includes(character)))
    .filter((kind) => kind.length > 0);
  const characters = allowed.flat();
  if (characters.length === 0 || (each && length < allowed.length)) {
    throw new Unresolved('GenerateSecretString allows no value. Fix: allow more characters, or a longer value.');
  }
  for (let attempt = 0; ; attempt++) {
    const text = textOf(`${arn} ${attempt}`, characters, length);
    if (!each || allowed.every((kind) => kind.some((character) => text.includes(character)))) return text;
  }
}

function textOf(name: string, characters: readonly string[], length: number): string {
  // Bytes from there on would make the first characters more frequent.
  const limit = 256 - (256 % characters.length);
  let text = '';
  for (let block = 0; text.length < length; block++) {
    for (const byte of createHmac('sha256', RUN).update(`${name} ${block}`).digest()) {
      if (byte < limit) text += characters[byte % characters.length];
    }
  }
  return text.slice(0, length);
}

/** @returns undefined for a text that is not a JSON object */
function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
