/**
 * Modules that are loaded once for each worker instead of once for each test file. Jest evaluates every module anew in the
 * sandbox of each file; for aws-cdk-lib that takes longer than most tests.
 *
 * As a transform, it replaces a module by the one that Node.js itself loads; as an environment, it hands the sandbox the
 * function that does so.
 */
const { TestEnvironment } = require('jest-environment-node');
require('../../bin/typescript.js');

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    this.global.requireOutsideTheSandbox = require;
  }

  static process(_source, path) {
    return { code: `module.exports = requireOutsideTheSandbox(${JSON.stringify(path)});` };
  }
};
