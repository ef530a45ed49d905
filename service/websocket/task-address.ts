/** Members of the task metadata that are used: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html */
interface ContainerMetadata {
  readonly Networks?: readonly { readonly IPv4Addresses?: readonly string[] }[];
}

/** @returns the private IPv4 address of this task, from the metadata endpoint of ECS. Throws if there is none */
export async function taskAddress(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { ECS_CONTAINER_METADATA_URI_V4: uri } = environment;
  if (!uri) {
    throw new Error('The environment variable ECS_CONTAINER_METADATA_URI_V4 must be set. ECS sets it');
  }
  const response = await fetch(uri, { signal: AbortSignal.timeout(5000) });
  if (!response.ok) {
    throw new Error(`The metadata endpoint of the task must answer with 200, got ${response.status}`);
  }
  const { Networks: networks = [] } = (await response.json()) as ContainerMetadata;
  const address = networks[0]?.IPv4Addresses?.[0];
  if (!address) {
    throw new Error('The task must have a private IPv4 address, got none from the metadata endpoint');
  }
  return address;
}
