// @ts-check

/**
 * @param {string} id
 * @returns {any} the element of the page with this id
 */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Creates an element. Children that are text stay text: nothing of the app is read as HTML.
 *
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const created = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    created.setAttribute(attribute, value);
  }
  created.append(...children);
  return created;
}

/**
 * @param {string | number | Date} time
 * @returns {string} `14:03:21.250`
 */
export function clock(time) {
  const date = new Date(time);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/**
 * @param {string} text
 * @returns {string} indented, if the text is a long object or list in JSON
 */
export function readable(text) {
  if (text.length < 80) {
    return text;
  }
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}

/**
 * Appends a line to a list that shows the newest lines, and scrolls to it if the reader was at the end.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement} line
 * @param {number} limit of lines
 */
export function appendLine(list, line, limit = 500) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(line);
  while (list.childElementCount > limit) {
    list.firstElementChild?.remove();
  }
  if (atEnd) {
    list.scrollTop = list.scrollHeight;
  }
}
