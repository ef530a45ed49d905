// @ts-check
import { byId, element } from './elements.js';

/** @typedef {{ id: string, kind: string, name: string, detail: string[], url?: string }} Resource */
/** @typedef {{ from: string, to: string, text: string, isEvent: boolean }} Relation */

/**
 * Draws the resources in three columns, with lines between those that are connected.
 *
 * @param {{ columns: { title: string, resources: Resource[] }[], relations: Relation[] }} picture
 * @param {(resource: Resource) => void} chosen is called when a person selects a resource
 */
export function drawPicture({ columns, relations }, chosen) {
  const resources = columns.flatMap((column) => column.resources);
  const nameOf = (/** @type {string} */ id) => resources.find((resource) => resource.id === id)?.name ?? id;
  /** @type {Map<string, HTMLElement>} */
  const nodes = new Map();

  const drawn = columns.map(({ title, resources: members }) => {
    const list = element('ul');
    for (const resource of members) {
      const node = nodeOf(resource, relationsFrom(resource));
      node.addEventListener('click', () => choose(resource));
      nodes.set(resource.id, node);
      list.append(element('li', {}, node));
    }
    const empty = members.length === 0 ? [element('p', {}, 'None')] : [];
    return element('div', {}, element('h3', {}, title), list, ...empty);
  });
  byId('columns').replaceChildren(...drawn);
  drawLines();
  new ResizeObserver(() => drawLines()).observe(byId('columns'));

  /** @param {Resource} resource */
  function relationsFrom({ id }) {
    return relations.filter(({ from }) => from === id).map(({ to, text }) => `${text} ${nameOf(to)}`);
  }

  /** @param {Resource} resource */
  function choose(resource) {
    for (const [id, node] of nodes) {
      node.setAttribute('aria-pressed', String(id === resource.id));
    }
    drawLines(resource.id);
    chosen(resource);
  }

  /** @param {string} [selected] */
  function drawLines(selected = [...nodes].find(([, node]) => node.getAttribute('aria-pressed') === 'true')?.[0]) {
    const svg = byId('lines');
    const origin = svg.getBoundingClientRect();
    svg.replaceChildren(
      ...relations.flatMap(({ from, to, isEvent }) => {
        const start = nodes.get(from)?.getBoundingClientRect();
        const end = nodes.get(to)?.getBoundingClientRect();
        if (!start || !end) {
          return [];
        }
        const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
        path.setAttribute('d', curve(start, end, origin));
        path.classList.toggle('event', isEvent);
        path.classList.toggle('chosen', from === selected || to === selected);
        return [path];
      }),
    );
  }
}

/**
 * @param {DOMRect} start
 * @param {DOMRect} end
 * @param {DOMRect} origin
 */
function curve(start, end, origin) {
  const forward = start.right <= end.left;
  const sameColumn = Math.abs(start.left - end.left) < 1;
  const x1 = (forward || sameColumn ? start.right : start.left) - origin.left;
  const x2 = (forward ? end.left : end.right) - origin.left;
  const y1 = start.top + start.height / 2 - origin.top;
  const y2 = end.top + end.height / 2 - origin.top;
  const bend = sameColumn ? 40 : (x2 - x1) / 2;
  return `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${sameColumn ? x2 + bend : x2 - bend} ${y2}, ${x2} ${y2}`;
}

/**
 * @param {Resource} resource
 * @param {string[]} relations
 */
function nodeOf({ kind, name, detail }, relations) {
  const lines = [...detail, ...relations];
  return element(
    'button',
    { type: 'button', class: 'node', 'aria-pressed': 'false' },
    element('span', { class: 'kind' }, kind),
    name,
    ...lines.map((line) => element('span', { class: 'detail' }, line)),
  );
}
