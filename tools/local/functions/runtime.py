"""One execution environment of a Python function: a process that loads one handler and calls it, one invocation at a time.

`runtime-process.ts` is the other end of its channel, descriptor 3, with one JSON object a line. Its argument is JSON: `{"opt"}`, the
folder that stands for /opt, or nothing. The messages are those of runtime.js; a failure has `stackTrace` in place of `trace`, and
`requestId`, as on Lambda.
"""

import importlib
import importlib.machinery
import json
import logging
import os
import queue
import sys
import threading
import time
import traceback

# Bytes of JSON that a function may answer: 6 MB, as Lambda counts it in its message.
MAXIMUM_PAYLOAD = 6291556
# Seconds between two looks at the memory while the function runs.
MEMORY_WATCH = 0.05
# Modules that the managed runtimes carry.
RUNTIME_MODULES = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"}
# This file: its frames mean nothing to the function's author.
RUNNER = os.path.realpath(__file__)


class Channel:
    """The messages to and from the runner."""

    def __init__(self, descriptor):
        os.set_inheritable(descriptor, False)
        self._reader = os.fdopen(os.dup(descriptor), "r", encoding="utf-8")
        self._writer = os.fdopen(descriptor, "w", encoding="utf-8")
        self._lock = threading.Lock()
        self._invocations = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, message):
        with self._lock:
            self._writer.write(json.dumps(message) + "\n")
            self._writer.flush()

    def next_invocation(self):
        return self._invocations.get()

    def _read(self):
        for line in self._reader:
            self._invocations.put(json.loads(line))
        # The runner has ended.
        os._exit(0)


class Output:
    """A text stream whose lines go to the runner."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, channel, level):
        self._channel = channel
        self._level = level
        self._rest = ""

    def write(self, text):
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._channel.send({"output": {"level": self._level, "text": line}})
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def end_line(self):
        if self._rest:
            self.write("\n")

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False

    def fileno(self):
        return {"info": 1, "warn": 2}[self._level]


class LogHandler(logging.Handler):
    """The handler that Lambda adds to the root logger: each record is one event, with the time and the request."""

    LEVELS = {"WARNING": "warn", "ERROR": "error", "CRITICAL": "error"}

    def __init__(self, channel):
        super().__init__()
        self._channel = channel
        self.request_id = ""
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
        )
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def emit(self, record):
        record.aws_request_id = self.request_id
        level = self.LEVELS.get(record.levelname, "info")
        self._channel.send({"output": {"level": level, "text": self.format(record)}})


class RuntimeModules:
    """Finds the modules that the managed runtime carries among those that are installed for the interpreter."""

    def __init__(self, folders):
        self._folders = folders

    def find_spec(self, name, path=None, target=None):
        if path is None and name.split(".")[0] in RUNTIME_MODULES:
            return importlib.machinery.PathFinder.find_spec(name, self._folders, target)
        return None


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, invocation):
        self.aws_request_id = invocation["requestId"]
        self.invoked_function_arn = invocation["functionArn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = CognitoIdentity()
        self.client_context = None
        self._deadline = invocation["deadline"]

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline - time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class RuntimeFailure(Exception):
    """An error of the runtime itself, named as Lambda names it."""

    def __init__(self, name, message, stack=()):
        super().__init__(message)
        self.payload = {
            "errorType": name if "." in name else "Runtime." + name,
            "errorMessage": message,
            "requestId": "",
            "stackTrace": list(stack),
        }


def confine(task_root, opt):
    """Confines what is imported to the function, its layers, Python's own modules and those of the managed runtime."""
    installed = [path for path in sys.path if path.rstrip("/").endswith(("site-packages", "dist-packages"))]
    own = os.path.dirname(RUNNER)
    rest = [path for path in sys.path if path and path not in installed and os.path.realpath(path) != own]
    version = "python%d.%d" % sys.version_info[:2]
    layers = [os.path.join(opt, "python/lib", version, "site-packages"), os.path.join(opt, "python")] if opt else []
    sys.path[:] = [task_root, *layers, *rest]
    sys.meta_path.append(RuntimeModules(installed))


def load_handler(name):
    """Returns the handler `folder/file.function`. Raises a RuntimeFailure, or the error of the module."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeFailure("MalformedHandlerName", "Bad handler '%s': %s" % (name, error))
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = "Unable to import module '%s': %s" % (module_name, error)
        raise RuntimeFailure("ImportModuleError", message, stack_of(error))
    except SyntaxError as error:
        message = "Syntax error in module '%s': %s" % (module_name, error)
        raise RuntimeFailure("UserCodeSyntaxError", message, ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)])
    if not hasattr(module, function_name):
        raise RuntimeFailure("HandlerNotFound", "Handler '%s' missing on module '%s'" % (function_name, module_name))
    return getattr(module, function_name)


def stack_of(error):
    """The frames of the function: not those of the runner and of Python's import system."""
    frames = traceback.extract_tb(error.__traceback__)
    hidden = ("<frozen importlib", os.path.dirname(importlib.__file__))
    own = [frame for frame in frames if os.path.realpath(frame.filename) != RUNNER and not frame.filename.startswith(hidden)]
    return traceback.format_list(own)


def payload_of(error, request_id=""):
    """What Lambda answers for an error of the function."""
    if isinstance(error, RuntimeFailure):
        return {**error.payload, "requestId": request_id}
    return {
        "errorType": type(error).__name__,
        "errorMessage": str(error),
        "requestId": request_id,
        "stackTrace": stack_of(error),
    }


def json_of(answer):
    try:
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RuntimeFailure("MarshalError", "Unable to marshal response: %s" % error)
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAXIMUM_PAYLOAD:
        raise RuntimeFailure(
            "Function.ResponseSizeTooLarge",
            "Response payload size (%d bytes) exceeded maximum allowed payload size (%d bytes)." % (size, MAXIMUM_PAYLOAD),
        )
    return text


def peak_bytes():
    """The maximum of the resident set so far: Lambda ends a function that has reached the limit once."""
    try:
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))
    except FileNotFoundError:
        import resource

        # Bytes on macOS.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def check_memory(channel):
    limit = int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) * 1024 * 1024
    if peak_bytes() > limit:
        channel.send({"outOfMemory": True})
        os._exit(137)


def watch_memory(channel, running):
    while True:
        running.wait()
        check_memory(channel)
        time.sleep(MEMORY_WATCH)


def main():
    channel = Channel(3)
    opt = json.loads(sys.argv[1]).get("opt")
    sys.argv[:] = [""]
    outputs = sys.stdout, sys.stderr = Output(channel, "info"), Output(channel, "warn")
    logs = LogHandler(channel)
    logging.getLogger().addHandler(logs)
    task_root = os.environ["LAMBDA_TASK_ROOT"]

    def end_lines():
        for output in outputs:
            output.end_line()

    def end(code):
        end_lines()
        os._exit(code)

    try:
        os.chdir(task_root)
        confine(task_root, opt)
        handler = load_handler(os.environ["_HANDLER"])
    except SystemExit as error:
        end(error.code if isinstance(error.code, int) else int(error.code is not None))
    except BaseException as error:
        end_lines()
        channel.send({"died": payload_of(error)})
        end(1)

    running = threading.Event()
    threading.Thread(target=watch_memory, args=(channel, running), daemon=True).start()
    channel.send({"ready": True})
    while True:
        invocation = channel.next_invocation()
        logs.request_id = invocation["requestId"]
        os.environ["_X_AMZN_TRACE_ID"] = invocation["traceId"]
        running.set()
        try:
            report = {"answer": json_of(handler(json.loads(invocation["event"]), Context(invocation)))}
        except SystemExit as error:
            end(error.code if isinstance(error.code, int) else int(error.code is not None))
        except BaseException as error:
            report = {"failed": payload_of(error, invocation["requestId"])}
        running.clear()
        end_lines()
        check_memory(channel)
        channel.send(report)


main()
