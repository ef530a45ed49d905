import { lookOf, progress } from '../../verify/terminal';
import { recordingTerminal } from './recording-terminal';

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

describe('progress', () => {
  it('is written over itself on a terminal, and leaves nothing', () => {
    const terminal = recordingTerminal({ isTTY: true });
    const line = progress(terminal.stderr, 12);

    line.show(1);
    line.show(12);
    line.clear();

    expect(terminal.complained()).toBe('\rAsked 1 of 12 questions\rAsked 12 of 12 questions\r\u001B[K');
  });

  it('is not written where nobody watches', () => {
    const terminal = recordingTerminal();
    const line = progress(terminal.stderr, 12);

    line.show(1);
    line.clear();

    expect(terminal.complained()).toBe('');
  });
});
