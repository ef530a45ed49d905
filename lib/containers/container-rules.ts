import { Environment } from '../../lambda/environment';

/** Port of the services of this repository. */
export const CONTAINER_PORT = 8080;

/** Options of a container that have rules. */
interface ContainerOptions {
  readonly containerPort: number;
  readonly healthCheckPath: string;
  readonly user: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** @returns the problems of the options, each with the value received and a fix */
export function containerProblems({ containerPort, healthCheckPath, user, environment }: ContainerOptions): string[] {
  const found: string[] = [];
  if (!isPort(containerPort)) {
    found.push(
      `containerPort must be a whole number from 1 to 65535, got ${containerPort}. Fix: use ${CONTAINER_PORT}`,
    );
  }
  if (!healthCheckPath.startsWith('/')) {
    found.push(
      `healthCheckPath must begin with /, got ${JSON.stringify(healthCheckPath)}. Fix: use "/${healthCheckPath}"`,
    );
  }
  if (/^(root|0+)?(:|$)/.test(user)) {
    found.push(
      `user must not be root, which could change everything in the container, got ${JSON.stringify(user)}. Fix: use another user of the image, by name or number`,
    );
  }
  if (environment?.[Environment.PORT] !== undefined) {
    found.push(
      `environment must not set PORT, which is the containerPort, got ${JSON.stringify(environment[Environment.PORT])}. Fix: set containerPort instead`,
    );
  }
  return found;
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
