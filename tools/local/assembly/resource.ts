import type { Problem } from './assembly-error';
import type { StackArtifact } from './cloud-assembly';
import type { Identity } from './identities';
import { Unresolved } from './intrinsics';
import { Property } from './property';
import type { Stack } from './stack';

/** A resource of the assembly, with its references resolved as they are read. */
export class Resource {
  /** Names of the resource. A name that cannot be resolved is reported, and its logical id is used. */
  readonly identity: Identity;

  /**
   * @param logicalId - unique in the assembly: prefixed with the stack's name if two stacks have the same id
   * @param declaredId - the logical id in the template
   */
  constructor(
    readonly logicalId: string,
    declaredId: string,
    readonly type: string,
    private readonly stack: Stack,
    private readonly properties: Readonly<Record<string, unknown>>,
    private readonly problems: Problem[],
  ) {
    this.identity = this.identify(declaredId);
  }

  get artifact(): StackArtifact {
    return this.stack.artifact;
  }

  /** The properties that every resource in the blueprint has. */
  get named(): { logicalId: string; name: string; arn: string } {
    return { logicalId: this.logicalId, name: this.identity.name, arn: this.identity.arn };
  }

  /** The properties that every resource in a Region has. */
  get regional(): Resource['named'] & { stack: string; region: string; accountId: string } {
    const { root: stack, region, accountId } = this.artifact;
    return { ...this.named, stack, region, accountId };
  }

  property(name: string): Property {
    return new Property(this.properties[name], `Properties.${name}`, this.stack, (path, message) =>
      this.problems.push({ logicalId: this.logicalId, path, message }),
    );
  }

  /** Reports a problem with the resource as a whole. */
  fail(message: string): void {
    this.problems.push({ logicalId: this.logicalId, path: '', message });
  }

  private identify(declaredId: string): Identity {
    try {
      return this.stack.identity(declaredId);
    } catch (error) {
      if (!(error instanceof Unresolved)) throw error;
      this.fail(`its name cannot be resolved: ${error.message}`);
      return { name: this.logicalId, arn: this.logicalId, ref: this.logicalId, attributes: {} };
    }
  }
}
