// @ts-check
import { appendLine, byId, clock, element, readable } from './elements.js';

const LIMIT = 200;

/** @typedef {{ time: string, requestId: string, function: string, milliseconds: number, error?: string, event: string, response: string }} Invocation */
/** @typedef {{ time: string, process: string, level: string, text: string, of?: string, requestId?: string, denied?: Denial }} LogLine */
/** @typedef {{ role: string, action: string, resource: string, statementToAdd?: object }} Denial */

/** Shows invocations with their logs, denied calls, and the log. */
export class Activity {
  /** @type {Map<string, string[]>} lines by the id of their invocation */
  #linesOf = new Map();

  /** @type {Map<string, string>} names by ARN */
  #names;

  /** @param {{ id: string, name: string }[]} functions */
  constructor(functions) {
    this.#names = new Map(functions.map(({ id, name }) => [id, name]));
    byId('of').append(...functions.map(({ id, name }) => element('option', { value: id }, name)));
    byId('of').addEventListener('change', () => this.#filter());
    byId('only-problems').addEventListener('change', () => {
      byId('log-lines').classList.toggle('only-problems', byId('only-problems').checked);
      for (const line of byId('log-lines').children) {
        line.hidden = byId('only-problems').checked && line.dataset.level === 'info';
      }
    });
  }

  /** @param {string} functionId */
  choose(functionId) {
    byId('of').value = functionId;
    this.#filter();
  }

  clear() {
    this.#linesOf.clear();
    for (const id of ['invoked', 'denials', 'log-lines']) {
      byId(id).replaceChildren();
    }
  }

  /** @param {Invocation} invocation */
  invoked({ time, requestId, function: id, milliseconds, error, event, response }) {
    const outcome = element('span', { class: error ? 'bad' : 'good' }, error ? `failed: ${error}` : 'succeeded');
    const logs = element('pre', { 'data-request': requestId });
    logs.textContent = (this.#linesOf.get(requestId) ?? []).join('\n') || 'No output';
    const summary = element('summary', {}, element('span', { class: 'time' }, `${clock(time)} `));
    summary.append(`${this.#names.get(id) ?? id} `, outcome, ` in ${milliseconds} ms`);
    const row = element('details', { class: 'row', 'data-function': id }, summary);
    row.append(
      ...[titled('Event', readable(event)), titled('Response', readable(response))],
      element('h3', {}, 'Output'),
      logs,
    );
    row.hidden = byId('of').value !== '' && byId('of').value !== id;
    prepend(byId('invoked'), row);
    byId('invocations').querySelector('.empty').hidden = true;
  }

  /** @param {LogLine} line */
  logged({ time, process, level, text, of, requestId, denied }) {
    if (requestId) {
      const lines = this.#linesOf.get(requestId) ?? [];
      this.#linesOf.set(requestId, [...lines, text]);
      const shown = document.querySelector(`[data-request="${CSS.escape(requestId)}"]`);
      if (shown) {
        shown.textContent = (this.#linesOf.get(requestId) ?? []).join('\n');
      }
    }
    if (denied) {
      this.#denied(time, denied);
    }
    const line = element('li', { 'data-level': level, class: level === 'info' ? '' : 'bad' });
    line.append(element('span', { class: 'time' }, `${clock(time)} ${process} `), of ? `${of} ` : '', text);
    line.hidden = byId('only-problems').checked && level === 'info';
    appendLine(byId('log-lines'), line);
  }

  /**
   * @param {string} time
   * @param {Denial} denied
   */
  #denied(time, { role, action, resource, statementToAdd }) {
    const summary = element('summary', {}, element('span', { class: 'time' }, `${clock(time)} `));
    summary.append(`${role.split('/').at(-1)} is not allowed to call `, element('code', {}, action), ' on ');
    summary.append(element('code', {}, resource));
    const row = element('details', { class: 'row', open: '' }, summary);
    if (statementToAdd) {
      const statement = JSON.stringify(statementToAdd, null, 2);
      const copy = element('button', { type: 'button', class: 'quiet' }, 'Copy the statement');
      copy.addEventListener('click', async () => {
        await navigator.clipboard.writeText(statement);
        copy.textContent = 'Copied';
      });
      row.append(element('p', {}, 'Statement that the policy lacks:'), element('pre', {}, statement), copy);
    } else {
      row.append(element('p', {}, 'A statement denies it explicitly. Remove that statement to allow the call.'));
    }
    prepend(byId('denials'), row);
    byId('denied').querySelector('.empty').hidden = true;
  }

  #filter() {
    const wanted = byId('of').value;
    for (const row of byId('invoked').children) {
      row.hidden = wanted !== '' && row.dataset.function !== wanted;
    }
  }
}

/**
 * @param {string} title
 * @param {string} text
 */
function titled(title, text) {
  return element('div', {}, element('h3', {}, title), element('pre', {}, text));
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} row
 */
function prepend(list, row) {
  list.prepend(row);
  while (list.childElementCount > LIMIT) {
    list.lastElementChild?.remove();
  }
}
