import type { Message } from '../../../client';
import { make } from './elements';

/** Maximum number of lines. */
const MOST = 200;

/** Received messages, the newest last. Screen readers announce each line. */
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
    // Scrolls only if the user has not scrolled up.
    if (scrollTop + clientHeight > scrollHeight - 8) {
      this.box.scrollTop = this.box.scrollHeight;
    }
  }
}
