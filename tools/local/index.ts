/** Runs a cloud assembly on this machine: `start`, and the command line around it. Also exports parts of the runner, for tests. */
export { start } from './start';
export type { Running, StartOptions } from './running';
export type { LogLine, RunnerEvent } from './log-line';
export type { Endpoint, Urls } from './urls';
export { UserError } from './user-error';
export { AWS_LATENCIES, type LatencyKind } from './latency/aws-latencies';
export { type Quantiles, valueAt } from './latency/quantiles';

export { runCommand, type Beside, type Program } from './command';
export { listen, type Listening } from './listen';

export type { AssemblyOptions } from './assembly/assembly-options';
export { loadAssembly } from './assembly/load-assembly';
export type { Values } from './given-values';
export type { Blueprint, FunctionBlueprint } from './blueprint';
export type { Addresses } from './addresses';
export { Functions } from './functions/functions';
export { Authorizer } from './identity/authorize';
export { credentialsOf } from './identity/credentials';

export { startAws, type Aws } from './aws/aws';
export { cancelled } from './aws/dynamodb/transaction';
export { Failure } from './aws/failure';
export { Queue } from './aws/sqs/queue';
export type { Message } from './aws/sqs/message';
