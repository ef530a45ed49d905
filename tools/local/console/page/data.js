// @ts-check
import { byId, element } from './elements.js';

/** Milliseconds between two reads of the table or queue that is shown. */
const INTERVAL = 1000;

/** @typedef {{ id: string, kind: string, name: string }} Store */

/**
 * Shows the items of a table or the messages of a queue, and reads them again each second while the page is visible.
 *
 * @param {Store[]} stores
 * @returns {{ choose(id: string): void }}
 */
export function startData(stores) {
  let shown = '';
  byId('store').replaceChildren(
    ...stores.map(({ id, kind, name }) => element('option', { value: id }, `${kind} ${name}`)),
  );
  byId('no-store').hidden = stores.length > 0;
  byId('store').parentElement.hidden = byId('rows').hidden = stores.length === 0;
  byId('store').addEventListener('change', () => void refresh());
  if (stores.length > 0) {
    void repeat();
  }
  return {
    choose(id) {
      byId('store').value = id;
      void refresh();
    },
  };

  async function repeat() {
    if (!document.hidden) {
      await refresh();
    }
    setTimeout(() => void repeat(), INTERVAL);
  }

  async function refresh() {
    const id = byId('store').value;
    const text = await fetch(`data?${new URLSearchParams({ id })}`).then(
      (response) => response.text(),
      () => '',
    );
    const isNews = text !== '' && `${id} ${text}` !== shown;
    if (isNews && id === byId('store').value) {
      shown = `${id} ${text}`;
      show(JSON.parse(text));
    }
  }
}

/** @param {{ columns: string[], rows: string[][], more: boolean, message?: string }} data */
function show({ columns, rows, more, message }) {
  const what = `${rows.length}${more ? ' or more' : ''} ${rows.length === 1 ? 'row' : 'rows'}`;
  byId('count').textContent = message ?? what;
  const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column)));
  const body = rows.map((row) => element('tr', {}, ...row.map((cell) => element('td', {}, cell))));
  byId('rows').replaceChildren(element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)));
}
