// The SDK's versions of 2027 want Node 22; the lock file holds versions that run on 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Without credentials an SDK would ask the network for some: tests use loopback only.
process.env.AWS_EC2_METADATA_DISABLED = 'true';

/** Tests are transformed by swc (TypeScript 7 has no JavaScript API) and run in random order. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/temporary-folder.ts',
  // jose is an ES module, which jest cannot require as it is.
  transform: { '^.+\\.ts$': '@swc/jest', '/node_modules/jose/.+\\.js$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  randomize: true,
  workerIdleMemoryLimit: '1GB',
};
