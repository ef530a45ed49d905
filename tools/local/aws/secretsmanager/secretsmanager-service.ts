import { createHash } from 'node:crypto';
import type { SecretBlueprint } from '../../blueprint';
import { fixFor, optionOfSecret } from '../../given-values';
import type { Log } from '../../log-line';
import { partitionOf } from '../../partition';
import { identifies, secretOfId } from '../../secret-id';
import { Failure } from '../failure';
import { pageOf } from '../pagination';
import type { Call, Service } from '../service';
import {
  accessDenied,
  invalidNextToken,
  invalidParameter,
  invalidRequest,
  secretNotFound,
  unknownOperation,
  validationFailed,
  valueNotFound,
} from './secretsmanager-failures';
import { type Content, type SecretVersion, StoredSecret } from './stored-secret';

type Input = Readonly<Record<string, unknown>>;

interface Options {
  readonly secrets: readonly SecretBlueprint[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** A secret, and the ARN by which the response names it. */
interface Found {
  readonly secret: StoredSecret;
  readonly arn: string;
}

/**
 * A part of the API of Secrets Manager. The template and the options define the secrets; changes of their values are lost when the run
 * ends. Not emulated: creation and deletion, rotation, replicas, resource policies, tags, filters, permissions for keys.
 */
export class SecretsManagerService implements Service {
  /** By ARN. */
  private readonly stored = new Map<string, StoredSecret>();
  /** Lines about missing secrets, each of which is logged once. */
  private readonly logged = new Set<string>();

  constructor(private readonly options: Options) {}

  async answer(operation: string, input: Input, call: Call): Promise<object> {
    switch (operation) {
      case 'GetSecretValue':
        return this.getSecretValue(input, call);
      case 'BatchGetSecretValue':
        return this.batchGetSecretValue(input, call);
      case 'DescribeSecret':
        return this.describeSecret(input, call);
      case 'ListSecrets':
        return this.listSecrets(input, call);
      case 'PutSecretValue':
        return this.putSecretValue(input, call);
      case 'UpdateSecret':
        return this.updateSecret(input, call);
      default:
        throw unknownOperation(operation);
    }
  }

  denied = accessDenied;

  private async getSecretValue(input: Input, call: Call): Promise<object> {
    const { secret, arn } = await this.permitted('GetSecretValue', input.SecretId, call);
    const id = textIn(input, 'VersionId');
    const stage = textIn(input, 'VersionStage');
    const version = secret.version({ id, stage });
    if (!version) {
      throw valueNotFound(id === undefined ? `staging label: ${stage ?? 'AWSCURRENT'}` : `VersionId: ${id}`);
    }
    if (id !== undefined && stage !== undefined && !secret.stagesOf(id).includes(stage)) {
      throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
    }
    return shown(secret, arn, version);
  }

  private async batchGetSecretValue(input: Input, call: Call): Promise<object> {
    withoutFilters(input);
    const { SecretIdList: ids } = input;
    if (!Array.isArray(ids) || ids.length === 0 || ids.length > 20) {
      throw validationFailed('SecretIdList must have 1 to 20 items. Filters are not emulated here.');
    }
    await call.permit({ action: 'secretsmanager:BatchGetSecretValue', resource: `${prefixOf(call)}*` });
    const SecretValues: object[] = [];
    const Errors: object[] = [];
    for (const SecretId of ids) {
      try {
        SecretValues.push(await this.getSecretValue({ SecretId }, call));
      } catch (error) {
        if (!(error instanceof Failure)) {
          throw error;
        }
        Errors.push({ SecretId, ErrorCode: error.type, Message: error.message });
      }
    }
    return { SecretValues, Errors };
  }

  private async describeSecret({ SecretId }: Input, call: Call): Promise<object> {
    const { secret, arn } = await this.permitted('DescribeSecret', SecretId, call);
    return { ...metadataOf(secret, arn), VersionIdsToStages: secret.stagesById };
  }

  private async listSecrets(input: Input, call: Call): Promise<object> {
    withoutFilters(input);
    await call.permit({ action: 'secretsmanager:ListSecrets', resource: `${prefixOf(call)}*` });
    const here = this.options.secrets
      .filter(
        ({ region, accountId }) =>
          (region ?? call.region) === call.region && (accountId ?? call.accountId) === call.accountId,
      )
      .map((secret) => this.open(secret, arnOf(secret, call)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = pageOf(here, ({ name }) => name, Math.min(Number(input.MaxResults ?? 100), 100), input.NextToken);
    if (!page) {
      throw invalidNextToken();
    }
    return {
      SecretList: page.items.map((secret) => ({
        ...metadataOf(secret, secret.arn),
        SecretVersionsToStages: secret.stagesById,
      })),
      ...(page.next !== undefined && { NextToken: page.next }),
    };
  }

  private async putSecretValue(input: Input, call: Call): Promise<object> {
    const { secret, arn } = await this.permitted('PutSecretValue', input.SecretId, call);
    const content = contentIn(input);
    if (!content) {
      throw invalidParameter('You must provide either SecretString or SecretBinary.');
    }
    const stages = Array.isArray(input.VersionStages) ? input.VersionStages.map(String) : undefined;
    const { id } = secret.put(content, this.options.now(), textIn(input, 'ClientRequestToken'), stages);
    return { ARN: arn, Name: secret.name, VersionId: id, VersionStages: secret.stagesOf(id) };
  }

  private async updateSecret(input: Input, call: Call): Promise<object> {
    const { secret, arn } = await this.permitted('UpdateSecret', input.SecretId, call);
    const content = contentIn(input);
    const version = content && secret.put(content, this.options.now(), textIn(input, 'ClientRequestToken'));
    secret.description = textIn(input, 'Description') ?? secret.description;
    return { ARN: arn, Name: secret.name, ...(version && { VersionId: version.id }) };
  }

  private async permitted(operation: string, secretId: unknown, call: Call): Promise<Found> {
    if (typeof secretId !== 'string' || secretId === '') {
      throw validationFailed(
        "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null",
      );
    }
    const blueprint = this.options.secrets.find((secret) => identifies(secretId, secret, call));
    // A secret without an ARN of its own has the one of the request.
    const isComplete =
      blueprint?.arn === undefined && secretId.startsWith('arn:') && !secretId.endsWith(`:${blueprint?.name}`);
    const arn = blueprint && (isComplete ? secretId : arnOf(blueprint, placeOf(secretId, call)));
    await call.permit({
      action: `secretsmanager:${operation}`,
      resource: arn ?? secretId,
      context: { 'aws:RequestedRegion': call.region },
    });
    if (!blueprint || arn === undefined) {
      this.explain(secretId, call);
      throw secretNotFound();
    }
    return { secret: this.open(blueprint, arnOf(blueprint, placeOf(secretId, call))), arn };
  }

  /** The secret with its value, which it has from the first call on. */
  private open({ name, value, description }: SecretBlueprint, arn: string): StoredSecret {
    const existing = this.stored.get(arn);
    if (existing) {
      return existing;
    }
    const secret = new StoredSecret(name, arn, this.options.now(), description);
    if (value !== undefined) {
      secret.put({ SecretString: value }, this.options.now());
    }
    this.stored.set(arn, secret);
    return secret;
  }

  private explain(secretId: string, { region }: Call): void {
    const text = `Secrets Manager has no secret ${secretId} in ${region}. ${fixFor(optionOfSecret(secretOfId(secretId).name, ''))}`;
    if (!this.logged.has(text)) {
      this.logged.add(text);
      this.options.log({ process: 'aws', level: 'warn', text });
    }
  }
}

type Place = Pick<Call, 'region' | 'accountId'>;

/** The Region and account of an ARN; those of the call for a name. */
function placeOf(secretId: string, call: Call): Place {
  const [, region, accountId] = /^arn:[^:]+:secretsmanager:([^:]+):([^:]+):/.exec(secretId) ?? [];
  return { region: region ?? call.region, accountId: accountId ?? call.accountId };
}

function prefixOf({ region, accountId }: Place): string {
  return `arn:${partitionOf(region).name}:secretsmanager:${region}:${accountId}:`;
}

function arnOf({ arn, name }: SecretBlueprint, place: Place): string {
  return arn ?? `${prefixOf(place)}secret:${name}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}

function shown(secret: StoredSecret, arn: string, { id, content, created }: SecretVersion): object {
  return {
    ARN: arn,
    Name: secret.name,
    VersionId: id,
    ...content,
    VersionStages: secret.stagesOf(id),
    CreatedDate: created / 1000,
  };
}

function metadataOf({ name, created, changed, description }: StoredSecret, arn: string): object {
  return {
    ARN: arn,
    Name: name,
    CreatedDate: created / 1000,
    LastChangedDate: changed / 1000,
    ...(description !== undefined && { Description: description }),
  };
}

function contentIn({ SecretString, SecretBinary }: Input): Content | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (SecretString !== undefined) {
    return { SecretString: String(SecretString) };
  }
  return SecretBinary === undefined ? undefined : { SecretBinary: String(SecretBinary) };
}

function withoutFilters({ Filters }: Input): void {
  if (Array.isArray(Filters) && Filters.length > 0) {
    throw validationFailed('Filters are not emulated here.');
  }
}

function textIn(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}
