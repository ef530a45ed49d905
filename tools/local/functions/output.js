const { format } = require('node:util');

const LEVELS = { debug: 'info', log: 'info', info: 'info', trace: 'warn', warn: 'warn', error: 'error' };

/**
 * Hands on what the function prints as it prints it: one call of `console` is one event however many lines it has, as in
 * CloudWatch; what is written to the streams is one event a line.
 *
 * @param emit takes `{level, text}`
 * @returns what emits the rest of a line that was not ended
 */
exports.captureOutput = (emit) => {
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method] = (...values) => emit({ level, text: format(...values) });
  }
  const flushes = [lines(process.stdout, 'info', emit), lines(process.stderr, 'warn', emit)];
  return () => {
    for (const flush of flushes) {
      flush();
    }
  };
};

function lines(stream, level, emit) {
  let rest = '';
  stream.write = (chunk, encoding, callback) => {
    const parts = (rest + Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8').toString()).split('\n');
    rest = parts.pop();
    for (const text of parts) {
      emit({ level, text });
    }
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) {
      process.nextTick(done);
    }
    return true;
  };
  return () => {
    if (rest) {
      emit({ level, text: rest });
      rest = '';
    }
  };
}
