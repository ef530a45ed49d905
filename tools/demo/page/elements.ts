import { InvalidInput } from './fields';

/** @returns the element with this id. Throws if the page has no such element of this kind */
export function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) {
    throw new Error(`The page has no ${kind.name} #${id}`);
  }
  return found;
}

/** @returns a new element with these properties and children */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * Runs `submit` when a form is submitted, unless it is still running. Shows its errors in the form's `.problem` element, which
 * is an alert, marks the fields with a problem, and moves the focus to the first of them.
 */
export function onSubmit(form: HTMLFormElement, submit: () => Promise<void> | void): void {
  const shown = form.querySelector('.problem');
  let busy = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) {
      return;
    }
    busy = true;
    form.ariaBusy = 'true';
    shown?.replaceChildren();
    try {
      await submit();
    } catch (error) {
      if (error instanceof InvalidInput) {
        shown?.replaceChildren(...error.problems.map(({ message }) => make('span', {}, message)));
        for (const { input } of error.problems) {
          input.ariaInvalid = 'true';
          input.addEventListener('input', () => input.removeAttribute('aria-invalid'), { once: true });
        }
        error.problems[0]?.input.focus();
      } else {
        shown?.replaceChildren(error instanceof Error ? error.message : String(error));
      }
    } finally {
      busy = false;
      form.ariaBusy = 'false';
    }
  });
}
