import { CommanderError } from 'commander';
import * as fc from 'fast-check';
import { CommandError, exitCodeOf, lookOf, progressLine, wrap } from '../../tools/cli';
import { recordingTerminal } from './recording-terminal';

describe('The format of printed text', () => {
  const write = () => undefined;

  it('has the width of the terminal, and colors', () => {
    expect(lookOf({ write, isTTY: true, columns: 80, hasColors: () => true })).toEqual({ width: 80, color: true });
  });

  it('has no colors if the terminal has none, as with NO_COLOR', () => {
    expect(lookOf({ write, isTTY: true, columns: 80, hasColors: () => false }).color).toBe(false);
  });

  it('has no colors and 120 columns in a pipe', () => {
    expect(lookOf({ write })).toEqual({ width: 120, color: false });
  });

  it('comes from a method call on the stream, which hasColors of Node.js requires', () => {
    const stream = {
      write,
      isTTY: true,
      depth: 8,
      hasColors() {
        return this.depth > 1;
      },
    };

    expect(lookOf(stream).color).toBe(true);
  });
});

describe('The progress line', () => {
  it('overwrites itself on a terminal, and is empty at the end', () => {
    const terminal = recordingTerminal({ isTTY: true });
    const line = progressLine(terminal.stderr);

    line.show('one');
    line.show('two');
    line.clear();

    expect(terminal.errors()).toBe('\r\u001B[Kone\r\u001B[Ktwo\r\u001B[K');
  });

  it('is not written in a pipe', () => {
    const terminal = recordingTerminal();
    const line = progressLine(terminal.stderr);

    line.show('one');
    line.clear();

    expect(terminal.errors()).toBe('');
  });
});

describe('The exit code of a command', () => {
  const throwing = (error: Error) => {
    throw error;
  };

  it("is the command's own, or 0 after the help text", async () => {
    const terminal = recordingTerminal();

    expect(await exitCodeOf(() => 1, terminal)).toBe(1);
    expect(await exitCodeOf(() => throwing(new CommanderError(0, 'commander.help', '')), terminal)).toBe(0);
  });

  it('is 2 if commander has reported an error', async () => {
    expect(await exitCodeOf(() => throwing(new CommanderError(1, 'commander.x', '')), recordingTerminal())).toBe(2);
  });

  it('is 2 after a CommandError, whose message is printed without a stack trace', async () => {
    const terminal = recordingTerminal();

    expect(await exitCodeOf(async () => throwing(new CommandError('No Region is set')), terminal)).toBe(2);
    expect(terminal.errors()).toBe('No Region is set\n');
  });

  it('does not exist for any other error, which is rethrown', async () => {
    await expect(exitCodeOf(() => throwing(new TypeError('x')), recordingTerminal())).rejects.toThrow(TypeError);
  });
});

describe('Wrapping of text', () => {
  const text = fc.array(fc.stringMatching(/^[a-z:/]{1,30}$/)).map((words) => words.join(' '));

  it('keeps every line within the width and loses only spaces', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = wrap(text, width);

        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('breaks only at spaces if every word fits', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 30, max: 60 }), (text, width) => {
        expect(wrap(text, width).join(' ')).toBe(text);
      }),
    );
  });
});
