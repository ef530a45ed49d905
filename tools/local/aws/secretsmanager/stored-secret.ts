import { randomUUID } from 'node:crypto';
import { invalidParameter, versionExists } from './secretsmanager-failures';

/** The content of a version: a text, or bytes in Base64. */
export type Content = { readonly SecretString: string } | { readonly SecretBinary: string };

/** A version of a secret. */
export interface SecretVersion {
  readonly id: string;
  readonly content: Content;
  /** Milliseconds since 1970. */
  readonly created: number;
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** The versions of a secret, with their staging labels. */
export class StoredSecret {
  private readonly versions = new Map<string, SecretVersion>();
  /** Staging label → version id. */
  private readonly stages = new Map<string, string>();
  changed: number;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly created: number,
    public description?: string,
  ) {
    this.changed = created;
  }

  /** @returns undefined without a version that has the id or the label */
  version({ id, stage = CURRENT }: { id?: string | undefined; stage?: string | undefined }): SecretVersion | undefined {
    return this.versions.get(id ?? this.stages.get(stage) ?? '');
  }

  stagesOf(id: string): string[] {
    return [...this.stages].filter(([, version]) => version === id).map(([stage]) => stage);
  }

  /** Version ids with their labels. Versions without a label are deprecated and not listed. */
  get stagesById(): Record<string, string[]> {
    return Object.fromEntries([...new Set(this.stages.values())].map((id) => [id, this.stagesOf(id)]));
  }

  /**
   * Adds a version and moves labels to it. The version that was current becomes the previous one.
   *
   * @param token - its id. The same request again has no effect
   */
  put(
    content: Content,
    now: number,
    token: string = randomUUID(),
    labels: readonly string[] = [CURRENT],
  ): SecretVersion {
    if (token.length < 32 || token.length > 64) {
      throw invalidParameter('ClientRequestToken must have 32 to 64 characters.');
    }
    const existing = this.versions.get(token);
    if (existing) {
      if (JSON.stringify(existing.content) !== JSON.stringify(content)) {
        throw versionExists();
      }
      return existing;
    }
    const version = { id: token, content, created: now };
    this.versions.set(token, version);
    const current = this.stages.get(CURRENT);
    // A secret always has a current version.
    for (const label of current === undefined ? new Set([...labels, CURRENT]) : labels) {
      if (label === CURRENT && current !== undefined) {
        this.stages.set(PREVIOUS, current);
      }
      this.stages.set(label, token);
    }
    this.changed = now;
    return version;
  }
}
