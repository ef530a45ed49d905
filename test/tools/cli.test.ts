import { CommanderError } from 'commander';
import * as fc from 'fast-check';
import { CommandError, exitCodeOf, lookOf, progressLine, wrap } from '../../tools/cli';
import { recordingTerminal } from './verify/recording-terminal';

describe('lookOf', () => {
  const write = () => undefined;

  it("takes the terminal's width and colours", () => {
    expect(lookOf({ write, isTTY: true, columns: 80, hasColors: () => true })).toEqual({ width: 80, colour: true });
  });

  it('uses no colours where the terminal has none, as with NO_COLOR', () => {
    expect(lookOf({ write, isTTY: true, columns: 80, hasColors: () => false }).colour).toBe(false);
  });

  it('uses no colours and 120 columns in a pipe', () => {
    expect(lookOf({ write })).toEqual({ width: 120, colour: false });
  });

  it('asks the stream itself, which Node needs for hasColors', () => {
    const stream = {
      write,
      isTTY: true,
      depth: 8,
      hasColors() {
        return this.depth > 1;
      },
    };

    expect(lookOf(stream).colour).toBe(true);
  });
});

describe('progressLine', () => {
  it('is written over itself on a terminal, and leaves nothing', () => {
    const terminal = recordingTerminal({ isTTY: true });
    const line = progressLine(terminal.stderr);

    line.show('one');
    line.show('two');
    line.clear();

    expect(terminal.complained()).toBe('\r\u001B[Kone\r\u001B[Ktwo\r\u001B[K');
  });

  it('is not written in a pipe', () => {
    const terminal = recordingTerminal();
    const line = progressLine(terminal.stderr);

    line.show('one');
    line.clear();

    expect(terminal.complained()).toBe('');
  });
});

describe('exitCodeOf', () => {
  const throwing = (error: Error) => {
    throw error;
  };

  it("is the command's own, or 0 where commander has printed help", async () => {
    const terminal = recordingTerminal();

    expect(await exitCodeOf(() => 1, terminal)).toBe(1);
    expect(await exitCodeOf(() => throwing(new CommanderError(0, 'commander.help', '')), terminal)).toBe(0);
  });

  it('is 2 where commander has printed a mistake', async () => {
    expect(await exitCodeOf(() => throwing(new CommanderError(1, 'commander.x', '')), recordingTerminal())).toBe(2);
  });

  it('is 2 after a CommandError, whose message is printed without a stack trace', async () => {
    const terminal = recordingTerminal();

    expect(await exitCodeOf(async () => throwing(new CommandError('No Region is set')), terminal)).toBe(2);
    expect(terminal.complained()).toBe('No Region is set\n');
  });

  it('is not there for any other error: it is thrown on', async () => {
    await expect(exitCodeOf(() => throwing(new TypeError('x')), recordingTerminal())).rejects.toThrow(TypeError);
  });
});

describe('wrap', () => {
  const text = fc.array(fc.stringMatching(/^[a-z:/]{1,30}$/)).map((words) => words.join(' '));

  it('keeps every line within the width and loses nothing but spaces', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = wrap(text, width);

        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('breaks at spaces where every word fits', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 30, max: 60 }), (text, width) => {
        expect(wrap(text, width).join(' ')).toBe(text);
      }),
    );
  });
});
