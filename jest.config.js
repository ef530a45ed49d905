/** Tests are transformed by swc (TypeScript 7 has no JavaScript API) and run in random order. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/temporary-folder.ts',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
  randomize: true,
  workerIdleMemoryLimit: '1GB',
};
