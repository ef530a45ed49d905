import { loadConfig } from './config';
import { element, InvalidInput, onSubmit } from './elements';
import { Listening } from './listening';
import { publishing } from './publishing';
import { type Session, signIn, signInWith, type User } from './session';
import { Storming } from './storming';
import { waterfall } from './waterfall';

const STATES = { idle: 'Not connected', connecting: 'Connecting', open: 'Connected', closed: 'Signed out' };

async function main(): Promise<void> {
  const trouble = element('trouble', HTMLParagraphElement);
  const config = await loadConfig();
  let session: Session | undefined;
  const client = () => current().client;
  const listening = new Listening(client);
  const storming = new Storming(config, current);
  publishing(client);
  waterfall(client, config.http);

  onSubmit(element('sign-in', HTMLFormElement), async () => {
    begin(config.tokenUrl ? await signIn(config, user()) : signInWith(config, field('token').value.trim()));
  });
  element('sign-out', HTMLButtonElement).addEventListener('click', end);
  show('with-name', config.tokenUrl !== undefined);
  show('with-token', config.tokenUrl === undefined);
  show('signed-out', true);

  function current(): Session {
    if (!session) {
      throw new Error('Sign in first.');
    }
    return session;
  }

  function begin(next: Session): void {
    session = next;
    const state = element('state', HTMLSpanElement);
    const showState = () => {
      state.replaceChildren(STATES[next.client.connection.status]);
      state.className = next.client.connection.status;
    };
    next.client.on('connection', showState);
    next.client.on('error', ({ message }) => trouble.replaceChildren(message));
    listening.begin(next.client);
    showState();
    trouble.replaceChildren();
    element('name', HTMLSpanElement).replaceChildren(next.name);
    show('signed-out', false);
    show('signed-in', true);
    show('who', true);
    // So that the first publish does not wait for the preflight.
    void next.client.warm(field('publish-topic').value);
    field('publish-topic').focus();
  }

  function end(): void {
    storming.stop();
    session?.client.close();
    session = undefined;
    listening.end();
    show('signed-out', true);
    show('signed-in', false);
    show('who', false);
    field(config.tokenUrl ? 'subject' : 'token').focus();
  }
}

function user(): User {
  const [subject, tenant] = (['subject', 'tenant'] as const).map((id) => {
    const value = field(id).value.trim();
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(value)) {
      throw new InvalidInput(
        field(id),
        `${id === 'subject' ? 'Name' : 'Tenant'} must be 1 to 64 letters, digits, dots, underscores or hyphens.`,
      );
    }
    return value;
  });
  return { subject: subject as string, tenant: tenant as string };
}

function field(id: string): HTMLInputElement {
  return element(id, HTMLInputElement);
}

function show(id: string, visible: boolean): void {
  element(id, HTMLElement).hidden = !visible;
}

main().catch((error: Error) => element('trouble', HTMLParagraphElement).replaceChildren(error.message));
