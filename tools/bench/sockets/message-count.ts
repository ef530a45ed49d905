import type { ServerFrame } from '../../../client/protocol';

/** Counts messages in frames. Equal frames in succession are parsed once, because they go to many sockets. */
export class MessageCount {
  private last: { readonly frame: Buffer; readonly messages: number } | undefined;
  private messages = 0;
  private waiting: { readonly messages: number; readonly done: () => void } | undefined;

  /** Throws if the frame has no messages. */
  add(frame: Buffer): void {
    if (!this.last?.frame.equals(frame)) {
      this.last = { frame, messages: messagesIn(frame) };
    }
    this.messages += this.last.messages;
    if (this.waiting && this.messages >= this.waiting.messages) {
      this.waiting.done();
      this.waiting = undefined;
    }
  }

  /** Resolves when this number of messages was received since the last call. Rejects if they are more, or too late. */
  async reaches(messages: number, patience: number): Promise<void> {
    if (this.messages < messages) {
      await new Promise<void>((resolve, reject) => {
        const late = () => reject(new Error(`${this.messages} of ${messages} messages arrived in ${patience} ms`));
        const timer = setTimeout(late, patience);
        this.waiting = {
          messages,
          done: () => {
            clearTimeout(timer);
            resolve();
          },
        };
      });
    }
    if (this.messages !== messages) {
      throw new Error(`${this.messages} messages arrived, and ${messages} were sent`);
    }
    this.messages = 0;
  }
}

function messagesIn(frame: Buffer): number {
  const parsed = JSON.parse(frame.toString()) as ServerFrame;
  if (parsed.type === 'message') {
    return 1;
  }
  if (parsed.type === 'messages') {
    return parsed.messages.length;
  }
  throw new Error(`A frame with messages was expected, got ${parsed.type}`);
}
