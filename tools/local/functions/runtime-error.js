/** @returns an error of the runtime itself, named as Lambda names it: `Runtime.HandlerNotFound`. */
exports.runtimeError = (name, message, cause) =>
  Object.assign(new Error(message, cause && { cause }), { name: `Runtime.${name}` });

/** @returns what Lambda answers for what a handler threw: `{errorType, errorMessage, trace}`. */
exports.payloadOf = (thrown) =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
