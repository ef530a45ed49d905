const { existsSync, writeFileSync } = require('node:fs');

/**
 * Reporter of jest that writes the first test file that failed to the path in FIRST_FAILURE. With `--bail`, jest ends before
 * it writes a report of its own.
 */
module.exports = class {
  onTestResult(_, { testFilePath, failureMessage, testExecError, numFailingTests, testResults }) {
    if ((numFailingTests > 0 || testExecError) && !existsSync(process.env.FIRST_FAILURE)) {
      const tests = testResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => ({ name: fullName, messages: failureMessages }));
      const failed = { path: testFilePath, message: failureMessage ?? '', tests };
      writeFileSync(process.env.FIRST_FAILURE, JSON.stringify(failed));
    }
  }
};
