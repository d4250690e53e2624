// What is known of a chat's messages: stretches without a gap.

/** The list of what there is none of. */
export const NONE = Object.freeze([]);

/** The place of the first message with an id not below `id`. */
export function place(messages, id) {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle].id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The one that is held where both say the same, so that nobody takes it for a change. */
export function unlessSame(held, fetched) {
  return held && JSON.stringify(held) === JSON.stringify(fetched) ? held : fetched;
}

/**
 * All messages of a chat with ids from `low` to `high`: what is known without a gap. `low` is 0 where it
 * reaches the chat's first message, `high` infinite where it reaches the newest.
 */
export class Segment {
  messages;
  #shown = null;

  constructor(low, high, messages) {
    this.low = low;
    this.high = high;
    this.messages = messages;
  }

  holds(id) { return this.low <= id && id <= this.high; }

  find(id) {
    const message = this.messages[place(this.messages, id)];
    return message?.id === id ? message : undefined;
  }

  put(message) {
    const index = place(this.messages, message.id);
    const isHeld = this.messages[index]?.id === message.id;
    this.messages.splice(index, isHeld ? 1 : 0, message);
    this.#shown = null;
  }

  /** The same object until something changes. */
  get shown() {
    this.#shown ??= Object.freeze({
      messages: Object.freeze(this.messages.slice()),
      at_start: this.low === 0,
      at_end: this.high === Infinity,
    });
    return this.#shown;
  }
}

/** `next`, or `held` where that is the same: who compares by identity then sees no change. */
function kept(held, next) {
  const isSame = held.length === next.length && next.every((each, index) => each === held[index]);
  return isSame ? held : Object.freeze(next);
}

/** What is held of one chat. */
export class Entry {
  #unsent = NONE;
  #typers = NONE;
  segments = [];
  /** Whether the segments are only shown until they have been fetched anew. */
  isStale = false;
  /** Messages outside the segments, such as those that others reply to. */
  strays = new Map();
  pending = [];
  isSending = false;
  typing = new Map();
  members = null;
  readUpTo = 0;
  /** The position of the chat's last event. */
  seq;
  fetchedAt = 0;
  /** Whether events came that the summary may or may not count. */
  isDoubtful = false;
  rechecks = 0;
  recheckTimer = null;
  /** Events since the oldest request that is under way, to be laid over its answer. */
  log = [];
  requests = 0;
  /** Changes when what was fetched before counts no more. */
  generation = 0;
  loads = new Map();

  constructor(chat) { this.chat = chat; }

  /** What was sent here and has not come back; the same array until that changes. */
  get unsent() {
    this.#unsent = kept(this.#unsent, this.pending.filter((item) => item.message_id === undefined));
    return this.#unsent;
  }

  /** Who is typing; the same array until that changes. */
  get typers() {
    this.#typers = kept(this.#typers, [...this.typing.keys()]);
    return this.#typers;
  }

  segment(id) {
    return id === null ? this.segments.find((each) => each.high === Infinity)
      : this.segments.find((each) => each.holds(id));
  }

  message(id) { return this.segment(id)?.find(id) ?? this.strays.get(id); }

  /** Replaces a message that is held. */
  replace(id, change) {
    const segment = this.segment(id);
    const held = segment?.find(id);
    if (held) segment.put(change(held));
    if (this.strays.has(id)) this.strays.set(id, change(this.strays.get(id)));
    return held !== undefined || this.strays.has(id);
  }

  /** Takes in all messages from `low` to `high`, and joins what they connect. */
  absorb(low, high, messages) {
    const touching = this.segments.filter((each) => each.low <= high && each.high >= low);
    const byId = new Map();
    for (const each of touching) for (const message of each.messages) byId.set(message.id, message);
    for (const message of messages) byId.set(message.id, message);
    this.segments = this.segments.filter((each) => !touching.includes(each));
    this.segments.push(new Segment(
      Math.min(low, ...touching.map((each) => each.low)),
      Math.max(high, ...touching.map((each) => each.high)),
      [...byId.values()].sort((left, right) => left.id - right.id),
    ));
  }
}

/** Without it where it was, with it at its place. */
export function withReaction(message, reaction) {
  if (message.is_deleted) return message;
  const others = message.reactions.filter(
    (each) => each.user_id !== reaction.user_id || each.emoji !== reaction.emoji);
  const { chat_id, ...added } = reaction;
  const reactions = added.id === undefined ? others
    : [...others, added].sort((left, right) => left.id - right.id);
  return { ...message, reactions };
}
