/** An application with React, as its template for Vite is: compiled with the automatic runtime of JSX. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { TwinlaneClient } from '@twinlane/client';
import {
  TwinlaneProvider,
  useConnection,
  usePresence,
  useTopic,
  useTopicState,
  useTwinlane,
} from '@twinlane/client/react';

interface Chat {
  text: string;
}

declare module '@twinlane/client/react' {
  interface Register {
    topics: { news: string; [room: `room:${string}`]: Chat };
  }
}

const client = new TwinlaneClient<{ news: string; [room: `room:${string}`]: Chat }>({
  httpUrl: 'https://api.example.com',
  webSocketUrl: 'wss://ws.example.com',
});

export function Room({ room }: { room: string | null }) {
  const twinlane = useTwinlane();
  const { status, reason } = useConnection();
  const state = useTopic(room === null ? null : `room:${room}`, ({ data }) => console.log(data.text), { last: 1 });
  const news = useTopicState('news', (before: readonly string[], { data }) => [...before, data], []);
  const presence = usePresence('news');
  // @ts-expect-error -- no such topic
  useTopic('other', () => undefined);
  // @ts-expect-error -- the data is a string
  useTopic('news', ({ data }) => data.text);
  return (
    <p onClick={() => void twinlane.publish('news', 'clicked')}>
      {status} {reason} {state} {news.join()} {presence?.subscribers}
    </p>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <TwinlaneProvider client={client}>
        <Room room="1" />
      </TwinlaneProvider>
    </StrictMode>,
  );
}
