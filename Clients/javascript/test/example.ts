// Compiled by a test, never run: the types as somebody would use them.

import { Nodus, NodusError, memoryTokens, webTokens, type Message, type Unsubscribe } from '../nodus.js';

declare const WebSocket: new (url: string) => any;

async function main(): Promise<void> {
  const nodus = new Nodus({ url: 'http://127.0.0.1:8000', storage: memoryTokens(), WebSocket });
  const user = await nodus.register({ email: 'ann@example.org', password: 'correct horse', display_name: 'Ann' });
  const mail: string | null = user.email;

  const { store, api } = nodus;
  const end: Unsubscribe = store.on('messages', ({ chat_id }) => {
    const window = store.window(chat_id);
    const texts: (string | null)[] = window?.messages.map((message) => message.content) ?? [];
    console.log(texts, store.pending(chat_id).map((item) => item.state));
  });
  nodus.on('message.read', ({ up_to_id, message_ids }) => console.log(up_to_id + message_ids.length));
  nodus.on('event', (frame) => {
    if (frame.event === 'reaction.added') console.log(frame.data.emoji, frame.seq);
  });
  nodus.on('connection', ({ state }) => { const isOn: boolean = state === 'online'; console.log(isOn); });
  nodus.connect();

  const [chat] = await store.loadChats();
  if (!chat) return;
  const sent: Message = await api.send({ chat_id: chat.id, content: 'Hello' }, { key: 'mine' });
  const page = await api.page(chat.id, { around_id: sent.id, limit: 20 });
  try {
    await store.react(chat.id, page.messages[0]!.id, '👍');
  } catch (error) {
    if (error instanceof NodusError && error.isTemporary) console.log(error.retryAfter);
  }
  await nodus.command('typing', { chat_id: chat.id, is_typing: true });
  end();

  // @ts-expect-error there is no such event
  nodus.on('message.sent', () => {});
  // @ts-expect-error messages in a window are not to be changed
  store.window(chat.id)?.messages.push(sent);
  // @ts-expect-error an id is a number
  await api.chat('1');
  // @ts-expect-error the command needs its chat
  await nodus.command('read', {});
  console.log(mail, webTokens);
}

void main;
