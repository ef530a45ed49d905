/**
 * Loads modules once for each worker instead of once for each test file. Jest evaluates every module again in the sandbox
 * of each file, which takes longer than most tests for aws-cdk-lib.
 *
 * As a transform, it replaces a module with the one that Node.js loads. As an environment, it gives the sandbox the
 * function to load it.
 */
const { TestEnvironment } = require('jest-environment-node');
require('../../bin/typescript.js');

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    this.global.requireOutsideTheSandbox = require;
    // A module outside can replace these two later, with ones that remember the folder: graceful-fs does.
    this.global.process.cwd = () => process.cwd();
    this.global.process.chdir = (folder) => process.chdir(folder);
  }

  static process(_source, path) {
    return { code: `module.exports = requireOutsideTheSandbox(${JSON.stringify(path)});` };
  }
};
