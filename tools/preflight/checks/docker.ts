import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Outside } from '../outside';
import type { PlannedStack } from '../planned-stack';

/** Checks the program that builds images, if the stack has images. */
export function dockerChecks({ images }: PlannedStack, { docker }: Pick<Outside, 'docker'>): Check[] {
  if (images === 0) {
    return [];
  }
  const query: Query<{ problem?: string }> = {
    subject: 'Docker',
    run: async () => ({ problem: await docker() }),
    // The run resolves for every failure of Docker.
    reason: (error) => {
      throw error;
    },
  };
  return [
    check(`Docker responds, to build ${images === 1 ? 'one image' : `${images} images`}`, [query], ({ problem }) => ({
      passed: problem === undefined,
      found: problem === undefined ? 'it responds' : `${problem}. Fix: install and start Docker, or set CDK_DOCKER.`,
    })),
  ];
}
