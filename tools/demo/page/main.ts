import { loadConfig } from './config';
import { element, onSubmit } from './elements';
import { InvalidInput, readFields } from './fields';
import { FirstRequest } from './first-request/section';
import { type Identity, Kept } from './kept';
import { Lanes } from './lanes';
import { Listening } from './listening';
import { Publishing } from './publishing';
import { sentence } from './sentence';
import { type Session, signIn } from './session';
import { Storming } from './storming';

/** Topic that a new user is subscribed to. The forms have it as their first value. */
const FIRST_TOPIC = 'news';

async function main(): Promise<void> {
  const trouble = element('trouble', HTMLParagraphElement);
  const config = await loadConfig();
  let session: Session | undefined;
  const client = () => current().client;
  const kept = new Kept(() => sessionStorage);
  const lanes = new Lanes(config);
  const listening = new Listening(client, kept, lanes);
  const publishing = new Publishing(client, lanes);
  const storming = new Storming(config, current);
  new FirstRequest(config.http);

  onSubmit(element('sign-in', HTMLFormElement), async () => {
    const identity = config.tokenUrl ? user() : { token: field('token').value.trim() };
    const next = await signIn(config, identity);
    kept.signedIn(identity);
    kept.subscribed(FIRST_TOPIC, undefined);
    begin(next);
    element('lanes-title', HTMLHeadingElement).focus();
  });
  element('sign-out', HTMLButtonElement).addEventListener('click', end);
  field('subject').addEventListener('input', nameButton);
  show('with-name', config.tokenUrl !== undefined);
  show('with-token', config.tokenUrl === undefined);
  nameButton();
  show('lanes', true);
  show('first-request', true);
  void lanes.check();
  await resume();

  function current(): Session {
    if (!session) {
      throw new Error('Sign in first.');
    }
    return session;
  }

  /** Signs in the user of the tab before it was reloaded. */
  async function resume(): Promise<void> {
    try {
      if (kept.identity) {
        begin(await signIn(config, kept.identity));
      }
    } catch (error) {
      trouble.replaceChildren(sentence((error as Error).message));
    }
    show('signed-out', !session);
  }

  function begin(next: Session): void {
    session = next;
    trouble.replaceChildren();
    next.client.on('error', ({ message }) => trouble.replaceChildren(sentence(message)));
    lanes.begin(next.client);
    listening.begin(next.client);
    element('name', HTMLSpanElement).replaceChildren(next.name);
    show('signed-out', false);
    show('signed-in', true);
    show('who', true);
    // So that the first publish does not wait for the preflight.
    void next.client.warm(field('publish-topic').value);
  }

  function end(): void {
    storming.stop();
    session?.client.close();
    session = undefined;
    kept.signedOut();
    lanes.end();
    listening.end();
    publishing.end();
    trouble.replaceChildren();
    show('signed-out', true);
    show('signed-in', false);
    show('who', false);
    element('start', HTMLButtonElement).focus();
  }

  function nameButton(): void {
    const name = config.tokenUrl && field('subject').value.trim();
    element('start', HTMLButtonElement).replaceChildren(name ? `Sign in as ${name}` : 'Sign in');
  }
}

function user(): Identity {
  return readFields({ subject: () => nameOf('subject', 'Name'), tenant: () => nameOf('tenant', 'Tenant') });
}

function nameOf(id: string, label: string): string {
  const input = field(id);
  const value = input.value.trim();
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(value)) {
    const message = `${label} must be 1 to 64 letters, digits, periods, underscores or hyphens.`;
    // A field in closed details cannot have the focus.
    element('other-user', HTMLDetailsElement).open = true;
    throw new InvalidInput({ input, message });
  }
  return value;
}

function field(id: string): HTMLInputElement {
  return element(id, HTMLInputElement);
}

function show(id: string, visible: boolean): void {
  element(id, HTMLElement).hidden = !visible;
}

main().catch((error: Error) => element('trouble', HTMLParagraphElement).replaceChildren(error.message));
