/**
 * Values of the options `--parameter` and `--env-file`, by name. A name is one of:
 *
 * - `ImageUri`, `Shop:ImageUri`: a template parameter, of every stack or of the stack `Shop`
 * - `/shop/host`, `ssm:shop-host`, `ssm-secure:/shop/token`: a parameter of Systems Manager
 * - `secretsmanager:shop/key`, `secretsmanager:shop/key:password`: a secret, or one key of a secret that is JSON
 * - `import:NetworkEndpoint`, `output:Network:Endpoint`: an export, or an output, of a stack that is not in the assembly
 * - `Database.Endpoint.Address`, `Shop:Database.Endpoint.Address`: an attribute of a resource
 */
export type Values = Readonly<Record<string, string>>;

/** A value for Parameter Store. */
export interface GivenParameter {
  readonly name: string;
  readonly type: 'String' | 'SecureString';
  readonly value: string;
}

/** A value for Secrets Manager. */
export interface GivenSecret {
  /** Name or ARN. */
  readonly secretId: string;
  /** '' for the whole secret. */
  readonly jsonKey: string;
  readonly value: string;
}

/** A value for a name in a template, as it was written: `Shop:ImageUri`. */
export interface GivenName {
  readonly written: string;
  /** @default - every stack */
  readonly stackName?: string;
  /** `ImageUri`, `Database.Endpoint.Address` */
  readonly name: string;
}

/** Looks up the values of the options. */
export class GivenValues {
  readonly ssmParameters: readonly GivenParameter[];
  readonly secrets: readonly GivenSecret[];
  /** Names of template parameters and attributes. */
  readonly names: readonly GivenName[];

  constructor(private readonly values: Values) {
    const entries = Object.entries(values);
    this.ssmParameters = entries.flatMap(([written, value]) => {
      const [, secure, prefixed] = /^ssm(-secure)?:(.+)$/.exec(written) ?? [];
      const name = prefixed ?? (written.startsWith('/') ? written : undefined);
      return name === undefined ? [] : [{ name, type: secure ? 'SecureString' : 'String', value }];
    });
    this.secrets = entries.flatMap(([written, value]) => {
      const [, id] = /^secretsmanager:(.+)$/.exec(written) ?? [];
      return id === undefined ? [] : [{ ...splitSecret(id), value }];
    });
    this.names = entries
      .map(([written]) => written)
      .filter((written) => !/^(\/|(ssm|ssm-secure|secretsmanager|import|output):)/.test(written))
      .map((written) => {
        const [, stackName, name = ''] = /^(?:([^:]*):)?(.*)$/.exec(written) ?? [];
        return { written, name, ...(stackName !== undefined && { stackName }) };
      });
  }

  /** @param name - a template parameter, or `LOGICAL_ID.ATTRIBUTE` */
  ofTemplate(stackName: string, name: string): string | undefined {
    return this.values[`${stackName}:${name}`] ?? this.values[name];
  }

  imported(exportName: string): string | undefined {
    return this.values[`import:${exportName}`];
  }

  output(stackName: string, outputName: string): string | undefined {
    return this.values[`output:${stackName}:${outputName}`];
  }
}

/** @returns the last sentence of an error for a missing value */
export function fixFor(name: string): string {
  return name.startsWith('secretsmanager:')
    ? `Fix: write ${name}=VALUE to a file, and pass it with --env-file.`
    : `Fix: pass --parameter ${name}=VALUE.`;
}

/** @returns the name of a parameter of Systems Manager in the options */
export function optionOfSsm(name: string): string {
  return name.startsWith('/') ? name : `ssm:${name}`;
}

/** @returns the name of a secret, or of one of its keys, in the options */
export function optionOfSecret(secretId: string, jsonKey: string): string {
  return `secretsmanager:${secretId}${jsonKey && `:${jsonKey}`}`;
}

/** @param text - the id of a secret, then `:KEY` if it has one. An ARN has six colons of its own */
function splitSecret(text: string): { secretId: string; jsonKey: string } {
  const parts = text.split(':');
  const ofId = text.startsWith('arn:') ? 7 : 1;
  return { secretId: parts.slice(0, ofId).join(':'), jsonKey: parts.slice(ofId).join(':') };
}
