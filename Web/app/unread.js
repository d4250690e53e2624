// Which of a chat's messages are unread, of which the server tells only how many.

const isCounted = (message, me) => message.author_id !== me.id && !message.is_deleted;

/** Whether the messages of `shown` reach up to the first of `count` unread ones. */
export function reachesUnread(shown, count, me) {
  if (!shown || shown.at_start) return true;
  return shown.messages.filter((message) => isCounted(message, me)).length >= count;
}

/** The id of the oldest of the `count` newest messages of others; null where nothing is unread. */
export function firstUnread(shown, count, me) {
  let first = null;
  let left = count;
  const messages = shown?.messages ?? [];
  for (let index = messages.length - 1; index >= 0 && left > 0; index--) {
    if (!isCounted(messages[index], me)) continue;
    first = messages[index].id;
    left--;
  }
  return first;
}
