import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';

/** A node of a page that has no layout, events or attributes. */
class FakeNode {
  readonly tagName = 'DIV';
  readonly namespaceURI = 'http://www.w3.org/1999/xhtml';
  readonly ownerDocument = page;
  readonly children: (FakeNode | { text: string })[] = [];

  constructor(readonly nodeType: number) {}

  get text(): string {
    return this.children.map(({ text }) => text).join('');
  }

  set textContent(text: string) {
    this.children.splice(0, Number.POSITIVE_INFINITY, ...(text ? [{ text }] : []));
  }

  appendChild(node: FakeNode): void {
    this.children.push(node);
  }

  removeChild(node: FakeNode): void {
    this.children.splice(this.children.indexOf(node), 1);
  }

  addEventListener(): void {}
}

/** A text that React renders. */
class FakeText {
  readonly nodeType = 3;

  constructor(public nodeValue: string) {}

  get text(): string {
    return this.nodeValue;
  }
}

const page = {
  nodeType: 9,
  activeElement: null,
  addEventListener: () => undefined,
  createTextNode: (text: string) => new FakeText(text),
};

/** A rendered component, which can contain only components and texts. */
export interface Rendered {
  readonly text: string;
  update(node: ReactNode): Promise<void>;
  unmount(): Promise<void>;
}

/** Renders components with React and its effects, without a browser. */
export async function rendered(node: ReactNode): Promise<Rendered> {
  Object.assign(globalThis, {
    IS_REACT_ACT_ENVIRONMENT: true,
    window: globalThis,
    HTMLIFrameElement: class {},
  });
  const container = new FakeNode(1);
  const root = createRoot(container as never);
  const update = (next: ReactNode) => act(async () => root.render(next));
  await update(node);
  return {
    get text() {
      return container.text;
    },
    update,
    unmount: () => act(async () => root.unmount()),
  };
}
