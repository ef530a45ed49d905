// The SDK's versions of 2027 want Node 22; the lock file holds versions that run on 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Without credentials an SDK would ask the network for some: tests use loopback only.
process.env.AWS_EC2_METADATA_DISABLED = 'true';

/** Tests are transformed by swc: TypeScript 7 has no JavaScript API. */
const project = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/tools/local/test'],
  globalSetup: '<rootDir>/test/support/temporary-folder.ts',
  transform: {
    '^.+\\.ts$': '@swc/jest',
    // It is an ES module, which jest cannot require as it is.
    '/node_modules/jose/.+\\.js$': '@swc/jest',
  },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
};

const OUTSIDE = '<rootDir>/test/support/outside-the-sandbox.js';

/** Packages that take longer to load than most unit tests to run. */
const LARGE = ['aws-cdk-lib', 'constructs', 'cdk-nag', 'fast-check'].join('|');

/** Tests that start processes or a browser, or read a wall clock. */
const SYSTEM = '/test/system/.+\\.test\\.ts$';

/** Tests that need CPU time and no clock, for more than some seconds: simulated worlds, fuzzed inputs, commands that synthesize. */
const SLOW = '\\.slow\\.test\\.ts$';

/** Three tiers: `npm test` runs them all, see CONTRIBUTING.md. */
module.exports = {
  randomize: true,
  // A busy machine takes its time: what hangs is found all the same.
  testTimeout: 30_000,
  // Of the tests in one file that ask for it. More would disturb what they measure.
  maxConcurrency: 3,
  workerIdleMemoryLimit: '1GB',
  projects: [
    {
      ...project,
      displayName: 'unit',
      testPathIgnorePatterns: ['/node_modules/', SYSTEM, SLOW],
      testEnvironment: OUTSIDE,
      // The functions are bundled once for each worker, too.
      transform: {
        '/lib/functions/bundles\\.ts$': OUTSIDE,
        ...project.transform,
        [`/node_modules/(${LARGE})/.+\\.c?js$`]: OUTSIDE,
      },
      transformIgnorePatterns: [`/node_modules/(?!(jose|${LARGE})/)`],
      setupFilesAfterEnv: ['<rootDir>/test/support/no-processes.ts'],
    },
    {
      ...project,
      displayName: 'slow',
      testRegex: SLOW,
    },
    { ...project, displayName: 'system', testRegex: SYSTEM },
  ],
};
