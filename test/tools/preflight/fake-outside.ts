import { type Finding, findings, queriesOf } from '../../../tools/aws-checks/check';
import { runQueries } from '../../../tools/aws-checks/run-queries';
import type { Aws } from '../../../tools/preflight/aws';
import { checkGroups } from '../../../tools/preflight/check-groups';
import type { Outside } from '../../../tools/preflight/outside';
import type { PlannedStack } from '../../../tools/preflight/planned-stack';
import { type Answers, NAME_SERVERS, PLANNED, READY } from './ready-account';

/** Everything outside that differs from a ready account. */
export interface Changed {
  readonly answers?: Answers;
  readonly docker?: Outside['docker'];
  readonly nameServers?: Outside['nameServers'];
}

/** AWS, DNS and Docker as for an account that is ready, except for the changes. */
export class FakeOutside implements Outside {
  /** Names of the commands, in order: `GetRole`. */
  readonly sent: string[] = [];
  readonly docker: Outside['docker'];
  readonly nameServers: Outside['nameServers'];
  readonly #answers: Answers;

  constructor({ answers, docker, nameServers }: Changed = {}) {
    this.#answers = { ...READY, ...answers };
    this.docker = docker ?? (async () => undefined);
    this.nameServers = nameServers ?? (async () => ({ zone: 'example.com', servers: NAME_SERVERS }));
  }

  connect(): Aws {
    const client = { send: async (command: Command) => this.#answer(command) };
    return new Proxy({} as Aws, { get: (_, name) => (name === 'acm' ? () => client : client) });
  }

  synthesize(): never {
    throw new TypeError('This test prepares a cloud assembly');
  }

  #answer({ constructor: { name }, input }: Command): object {
    const command = name.replace(/Command$/, '');
    this.sent.push(command);
    const answer = this.#answers[command];
    if (!answer) {
      throw new TypeError(`No answer is prepared for ${command}`);
    }
    return answer(input);
  }
}

/** A command of any client. */
interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Readonly<Record<string, unknown>>;
}

/** The findings for the stack, in an account that is ready except for the changes. */
export async function checked(changed: Changed = {}, planned: PlannedStack = PLANNED): Promise<Finding[]> {
  const outside = new FakeOutside(changed);
  const groups = checkGroups(planned, outside.connect(), outside);
  return findings(groups, await runQueries(queriesOf(groups), () => undefined));
}

/** The only finding with this expectation. */
export async function finding(expected: string, changed: Changed = {}, planned: PlannedStack = PLANNED) {
  const found = (await checked(changed, planned)).filter((one) => one.expected === expected);
  expect(found).toHaveLength(1);
  return found[0];
}
