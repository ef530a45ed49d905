import type { SsmParameterBlueprint } from '../../blueprint';
import type { Log } from '../../log-line';
import { fixFor, optionOfSsm } from '../../given-values';
import { partitionOf } from '../../partition';
import { pageOf } from '../pagination';
import type { Call, Service } from '../service';
import { ParameterStore, type ParameterType, type Tier, type Version } from './parameter-store';
import {
  accessDenied,
  constraintFailed,
  invalidNextToken,
  invalidPattern,
  parameterAlreadyExists,
  parameterNotFound,
  parameterVersionNotFound,
  patternMismatch,
  tooManyLevels,
  typeMismatch,
  unknownOperation,
  validationFailed,
} from './ssm-failures';

type Input = Readonly<Record<string, unknown>>;

type Place = Pick<Call, 'region' | 'accountId'>;

interface Options {
  readonly parameters: readonly SsmParameterBlueprint[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

const TYPES: readonly ParameterType[] = ['String', 'StringList', 'SecureString'];

/** Maximum characters of a value. */
const LONGEST = { Standard: 4096, Advanced: 8192 } as const;

/**
 * Parameter Store, as a part of the API of Systems Manager. Changes are lost when the run ends. Values of type SecureString are not
 * encrypted, and permissions for their keys are not required. Not emulated: labels, policies, filters, and everything else of Systems Manager.
 */
export class SsmService implements Service {
  /** By account and Region. */
  private readonly stores = new Map<string, ParameterStore>();
  /** Lines about missing parameters, each of which is logged once. */
  private readonly logged = new Set<string>();

  constructor(private readonly options: Options) {}

  async answer(operation: string, input: Input, call: Call): Promise<object> {
    switch (operation) {
      case 'GetParameter':
        return this.getParameter(input, call);
      case 'GetParameters':
        return this.getParameters(input, call);
      case 'GetParametersByPath':
        return this.getParametersByPath(input, call);
      case 'GetParameterHistory':
        return this.getParameterHistory(input, call);
      case 'DescribeParameters':
        return this.describeParameters(input, call);
      case 'PutParameter':
        return this.putParameter(input, call);
      case 'DeleteParameter':
        return this.deleteParameter(input, call);
      case 'DeleteParameters':
        return this.deleteParameters(input, call);
      default:
        throw unknownOperation(operation);
    }
  }

  denied = accessDenied;

  private async getParameter({ Name, WithDecryption }: Input, call: Call): Promise<object> {
    const reference = referenceIn(Name, 'name', call);
    await permit(call, 'GetParameter', reference);
    const version = this.find(reference);
    if (!version) {
      throw this.missing(reference);
    }
    return { Parameter: shown(version, reference, WithDecryption) };
  }

  private async getParameters({ Names, WithDecryption }: Input, call: Call): Promise<object> {
    const references = namesIn(Names).map((name) => referenceIn(name, 'names', call));
    for (const reference of references) {
      await permit(call, 'GetParameters', reference);
    }
    const missing = references.filter((reference) => !this.find(reference));
    for (const reference of missing) {
      this.missing(reference);
    }
    return {
      Parameters: references.flatMap((reference) => {
        const version = this.find(reference);
        return version ? [shown(version, reference, WithDecryption)] : [];
      }),
      InvalidParameters: missing.map(({ written }) => written),
    };
  }

  private async getParametersByPath(input: Input, call: Call): Promise<object> {
    const { Path, Recursive, WithDecryption } = input;
    if (typeof Path !== 'string' || !/^\/[\w.\-/]*$/.test(Path)) {
      throw validationFailed(
        `The parameter path: ${String(Path)} must begin with a slash and can contain letters, numbers and the symbols .-_/.`,
      );
    }
    withoutFilters(input, 'ParameterFilters');
    await call.permit({ action: 'ssm:GetParametersByPath', resource: arnOf(Path, call) });
    const folder = Path.endsWith('/') ? Path : `${Path}/`;
    const below = this.at(call).latest.filter(({ name }) => {
      // A name without levels is below the root.
      const rest = folder === '/' ? name.replace(/^\//, '') : name.startsWith(folder) ? name.slice(folder.length) : '';
      return rest !== '' && (Recursive === true || !rest.includes('/'));
    });
    const { items, ...next } = listed(below, ({ name }) => name, input, 10);
    return { Parameters: items.map((version) => shown(version, { place: call }, WithDecryption)), ...next };
  }

  private async getParameterHistory(input: Input, call: Call): Promise<object> {
    const reference = referenceIn(input.Name, 'name', call);
    await permit(call, 'GetParameterHistory', reference);
    const last = this.find(reference);
    if (!last) {
      throw this.missing(reference);
    }
    const versions = this.at(reference.place).versions(last.name);
    const { items, ...next } = listed(versions, ({ number }) => String(number).padStart(9, '0'), input, 50);
    return {
      Parameters: items.map((version) => ({
        ...metadataOf(version, reference.place),
        Value: valueOf(version, input.WithDecryption),
        Labels: [],
      })),
      ...next,
    };
  }

  private async describeParameters(input: Input, call: Call): Promise<object> {
    withoutFilters(input, 'Filters', 'ParameterFilters');
    await call.permit({ action: 'ssm:DescribeParameters', resource: `${prefixOf(call)}*` });
    const { items, ...next } = listed(this.at(call).latest, ({ name }) => name, input, 50);
    return { Parameters: items.map((version) => metadataOf(version, call)), ...next };
  }

  private async putParameter(input: Input, call: Call): Promise<object> {
    const reference = referenceIn(input.Name, 'name', call);
    const { written: name } = reference;
    await permit(call, 'PutParameter', reference);
    checkName(name);
    const store = this.at(call);
    const before = store.versions(name).at(-1);
    const { Value: value, Type: given = before?.type, Overwrite } = input;
    if (typeof value !== 'string' || value === '') {
      throw constraintFailed(value, 'value', 'Member must have length greater than or equal to 1');
    }
    if (given === undefined) {
      throw validationFailed('A parameter type is required when you create a parameter.');
    }
    const type = TYPES.find((one) => one === given);
    if (!type) {
      throw constraintFailed(given, 'type', 'Member must satisfy enum value set: [SecureString, StringList, String]');
    }
    if (before && Overwrite !== true) {
      throw parameterAlreadyExists();
    }
    if (before && before.type !== type) {
      throw typeMismatch();
    }
    const tier = tierOf(input.Tier, before?.tier, value);
    const allowedPattern = textIn(input, 'AllowedPattern') ?? before?.allowedPattern;
    if (allowedPattern !== undefined && !patternIn(allowedPattern).test(value)) {
      throw patternMismatch(allowedPattern);
    }
    const description = textIn(input, 'Description') ?? before?.description;
    const { number } = store.add({
      ...{ name, type, value, tier, dataType: textIn(input, 'DataType') ?? before?.dataType ?? 'text' },
      modified: this.options.now(),
      ...(description !== undefined && { description }),
      ...(allowedPattern !== undefined && { allowedPattern }),
    });
    return { Version: number, Tier: tier };
  }

  private async deleteParameter({ Name }: Input, call: Call): Promise<object> {
    const reference = referenceIn(Name, 'name', call);
    await permit(call, 'DeleteParameter', reference);
    if (!this.at(call).delete(reference.written)) {
      throw parameterNotFound(reference.written);
    }
    return {};
  }

  private async deleteParameters({ Names }: Input, call: Call): Promise<object> {
    const references = namesIn(Names).map((name) => referenceIn(name, 'names', call));
    for (const reference of references) {
      await permit(call, 'DeleteParameters', reference);
    }
    const names = references.map(({ written }) => written);
    const deleted = names.filter((name) => this.at(call).delete(name));
    return { DeletedParameters: deleted, InvalidParameters: names.filter((name) => !deleted.includes(name)) };
  }

  /** The version that a reference selects; the last one without a selector. Throws if only the version does not exist. */
  private find({ names, place, selector }: Reference): Version | undefined {
    const store = this.at(place);
    const versions = names.map((name) => store.versions(name)).find(({ length }) => length > 0) ?? [];
    if (selector === undefined || versions.length === 0) {
      return versions.at(-1);
    }
    const version = versions.find(({ number }) => String(number) === selector);
    if (!version) {
      throw parameterVersionNotFound(versions[0]?.name ?? '', selector);
    }
    return version;
  }

  /** Logs that a parameter is missing. @returns the error */
  private missing({ names: [name = ''], place }: Reference): ReturnType<typeof parameterNotFound> {
    const text = `Parameter Store has no parameter ${name} in ${place.region}. ${fixFor(optionOfSsm(name))}`;
    if (!this.logged.has(text)) {
      this.logged.add(text);
      this.options.log({ process: 'aws', level: 'warn', text });
    }
    return parameterNotFound(name);
  }

  private at({ region, accountId }: Place): ParameterStore {
    const key = `${accountId}/${region}`;
    const existing = this.stores.get(key);
    if (existing) {
      return existing;
    }
    const store = new ParameterStore();
    this.stores.set(key, store);
    const own = this.options.parameters.filter((one) => one.region === region && one.accountId === accountId);
    const names = new Set(own.map(({ name }) => name));
    const everywhere = this.options.parameters.filter((one) => one.region === undefined && !names.has(one.name));
    for (const { name, type, value, tier = 'Standard', dataType = 'text', description, allowedPattern } of [
      ...everywhere,
      ...own,
    ]) {
      store.add({
        ...{ name, type, value, tier, dataType, modified: this.options.now() },
        ...(description !== undefined && { description }),
        ...(allowedPattern !== undefined && { allowedPattern }),
      });
    }
    return store;
  }
}

/** A parameter in a request: `/shop/host`, `/shop/host:3`, or an ARN with or without a version. */
interface Reference {
  readonly written: string;
  /** Possible names: an ARN does not say if a single level begins with a slash. */
  readonly names: readonly string[];
  readonly place: Place;
  /** Version number or label. */
  readonly selector?: string;
}

function referenceIn(value: unknown, field: string, call: Call): Reference {
  if (typeof value !== 'string' || value === '') {
    throw constraintFailed(value === '' ? '' : undefined, field, 'Member must not be null');
  }
  const [, region, accountId, inArn] = /^arn:[^:]+:ssm:([^:]+):(\d{12}):parameter\/(.+)$/.exec(value) ?? [];
  const [name = '', selector] = (inArn ?? value).split(':');
  const path = `/${name}`;
  return {
    written: value,
    names: inArn === undefined ? [name] : name.includes('/') ? [path] : [name, path],
    place: { region: region ?? call.region, accountId: accountId ?? call.accountId },
    ...(selector !== undefined && { selector }),
  };
}

function namesIn(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw constraintFailed(value, 'names', 'Member must have length greater than or equal to 1');
  }
  if (value.length > 10) {
    throw constraintFailed(`[${value.join(', ')}]`, 'names', 'Member must have length less than or equal to 10');
  }
  return value;
}

function permit(call: Call, operation: string, { names: [name = ''], place }: Reference): Promise<void> {
  return call.permit({ action: `ssm:${operation}`, resource: arnOf(name, place) });
}

function prefixOf({ region, accountId }: Place): string {
  return `arn:${partitionOf(region).name}:ssm:${region}:${accountId}:`;
}

/** The ARN of a parameter or a path, in which the slash at its beginning occurs once. */
function arnOf(name: string, place: Place): string {
  return `${prefixOf(place)}parameter/${name.replace(/^\//, '')}`;
}

function shown(
  version: Version,
  { place, selector }: Pick<Reference, 'place' | 'selector'>,
  withDecryption: unknown,
): object {
  const { name, type, number, modified, dataType } = version;
  return {
    Name: name,
    Type: type,
    Value: valueOf(version, withDecryption),
    Version: number,
    LastModifiedDate: modified / 1000,
    ARN: arnOf(name, place),
    DataType: dataType,
    ...(selector !== undefined && { Selector: `:${selector}` }),
  };
}

/** The value; without decryption, a text that does not reveal that of a SecureString. */
function valueOf({ type, value, number }: Version, withDecryption: unknown): string {
  return type === 'SecureString' && withDecryption !== true
    ? Buffer.from(`encrypted, version ${number}`).toString('base64')
    : value;
}

function metadataOf(version: Version, place: Place): object {
  const { name, type, number, modified, dataType, tier, description, allowedPattern } = version;
  return {
    Name: name,
    Type: type,
    Version: number,
    LastModifiedDate: modified / 1000,
    ARN: arnOf(name, place),
    DataType: dataType,
    Tier: tier,
    Policies: [],
    ...(description !== undefined && { Description: description }),
    ...(allowedPattern !== undefined && { AllowedPattern: allowedPattern }),
  };
}

/** One page of a list, in the form of a response. */
function listed<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  { MaxResults = Number.POSITIVE_INFINITY, NextToken }: Input,
  longest: number,
): { items: readonly T[]; NextToken?: string } {
  const page = pageOf(items, nameOf, Math.min(Number(MaxResults), longest), NextToken);
  if (!page) {
    throw invalidNextToken();
  }
  return { items: page.items, ...(page.next !== undefined && { NextToken: page.next }) };
}

function withoutFilters(input: Input, ...names: string[]): void {
  const used = names.find((name) => Array.isArray(input[name]) && input[name].length > 0);
  if (used !== undefined) {
    throw validationFailed(`${used} is not emulated here.`);
  }
}

function checkName(name: string): void {
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw validationFailed('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (!/^[\w.\-/]+$/.test(name)) {
    throw validationFailed(
      'Only a mix of letters, numbers and the following 4 symbols .-_/ are allowed in a parameter name.',
    );
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw validationFailed('Parameter name must be a fully qualified name.');
  }
  if (name.split('/').length - 1 > 15) {
    throw tooManyLevels();
  }
}

/** The tier of a new version. Throws if its value is too long for it. */
function tierOf(given: unknown, before: Tier | undefined, value: string): Tier {
  const wanted = given ?? before ?? 'Standard';
  const tier = wanted === 'Intelligent-Tiering' ? (value.length > LONGEST.Standard ? 'Advanced' : 'Standard') : wanted;
  if (tier !== 'Standard' && tier !== 'Advanced') {
    throw constraintFailed(
      given,
      'tier',
      'Member must satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]',
    );
  }
  if (value.length > LONGEST[tier]) {
    throw validationFailed(`${tier} tier parameters support a maximum parameter value of ${LONGEST[tier]} characters.`);
  }
  return tier;
}

function patternIn(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw invalidPattern(source);
  }
}

function textIn(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}
