import type { Message } from '../../../client';
import { make } from './elements';

/** Lines that the page keeps. */
const MOST = 200;

/** Received messages, the newest last. A screen reader announces each line when it is idle. */
export class MessageLog {
  constructor(private readonly box: HTMLElement) {}

  message({ topic, sequence, data }: Message): void {
    this.add(make('span', { className: 'place' }, `${topic} ${sequence}`), ' ', make('code', {}, JSON.stringify(data)));
  }

  note(text: string): void {
    this.add(make('em', {}, text));
  }

  clear(): void {
    this.box.replaceChildren();
  }

  private add(...content: (Node | string)[]): void {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    this.box.append(make('p', {}, ...content));
    if (this.box.childElementCount > MOST) {
      this.box.firstElementChild?.remove();
    }
    // Who reads further up is left there.
    if (scrollTop + clientHeight > scrollHeight - 8) {
      this.box.scrollTop = this.box.scrollHeight;
    }
  }
}
