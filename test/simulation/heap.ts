/** Priority queue. The item with the smallest key comes first; items with equal keys keep their order. */
export class Heap<Item> {
  private readonly nodes: { key: number; order: number; item: Item }[] = [];
  private added = 0;

  get size(): number {
    return this.nodes.length;
  }

  /** Smallest key; Infinity if the heap is empty. */
  get key(): number {
    return this.nodes[0]?.key ?? Number.POSITIVE_INFINITY;
  }

  peek(): Item | undefined {
    return this.nodes[0]?.item;
  }

  push(key: number, item: Item): void {
    const { nodes } = this;
    const node = { key, order: this.added++, item };
    let at = nodes.length;
    nodes.push(node);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = nodes[parent];
      if (!above || !before(node, above)) {
        break;
      }
      nodes[at] = above;
      at = parent;
    }
    nodes[at] = node;
  }

  pop(): Item | undefined {
    const { nodes } = this;
    const first = nodes[0];
    const last = nodes.pop();
    if (!first || !last || nodes.length === 0) {
      return first?.item;
    }
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = nodes[child];
      const right = nodes[child + 1];
      if (below && right && before(right, below)) {
        child += 1;
        below = right;
      }
      if (!below || !before(below, last)) {
        break;
      }
      nodes[at] = below;
      at = child;
    }
    nodes[at] = last;
    return first.item;
  }
}

function before(one: { key: number; order: number }, other: { key: number; order: number }): boolean {
  return one.key < other.key || (one.key === other.key && one.order < other.order);
}
