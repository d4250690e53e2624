// The WebSocket's events and commands, as /asyncapi.json describes them, for people to read.

import { h } from '../app/dom.js';

const SCHEMA = '#/components/schemas/';

/** Follows what the document says elsewhere: `{ $ref }` to the object itself. */
function resolver(document) {
  return (object) => {
    if (!object?.$ref) return object;
    const path = object.$ref.slice(2).split('/');
    return path.reduce((place, name) => place[name], document);
  };
}

/** Paragraphs, `code` and **strong**: as much of Markdown as the document's descriptions have. */
function prose(text) {
  return text.split('\n\n').map((paragraph) => h('p', {}, ...inline(paragraph)));
}

function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`')) return h('code', {}, part.slice(1, -1));
    if (part.startsWith('**')) return h('strong', {}, part.slice(2, -2));
    return document.createTextNode(part);
  });
}

/** A type in a few words, schemas as links. */
function typeOf(schema) {
  if (schema.$ref) {
    const name = schema.$ref.slice(SCHEMA.length);
    return [h('a', { href: `#schema-${name}` }, name)];
  }
  if (schema.const !== undefined) return [h('code', {}, JSON.stringify(schema.const))];
  if (schema.enum) return joined(schema.enum.map((value) => [h('code', {}, JSON.stringify(value))]));
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return joined(choice.map(typeOf));
  if (schema.type === 'array') return [...typeOf(schema.items ?? {}), '[]'];
  const types = [schema.type ?? 'any'].flat();
  return [types.join(' or ') + (schema.format === 'date-time' ? ', a time' : '')];
}

function joined(lists) {
  return lists.flatMap((list, index) => (index === 0 ? list : [' or ', ...list]));
}

function bounds({ minimum, maximum, minLength, maxLength, maxItems, default: standard }) {
  const words = [];
  if (minimum > Number.MIN_SAFE_INTEGER) words.push(`at least ${minimum}`);
  if (maximum < Number.MAX_SAFE_INTEGER) words.push(`at most ${maximum}`);
  if (minLength > 1) words.push(`at least ${minLength} characters`);
  if (maxLength) words.push(`at most ${maxLength} characters`);
  if (maxItems) words.push(`at most ${maxItems}`);
  if (standard !== undefined) words.push(`${standard} where it is not named`);
  return words.length > 0 ? `${words.join(', ')}. ` : '';
}

function fields(schema) {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => h('tr', {},
    h('td', {}, h('code', {}, name)),
    h('td', {}, ...typeOf(field)),
    h('td', {}, schema.required?.includes(name) ? 'always' : ''),
    h('td', {}, bounds(field), ...inline(field.description ?? '')),
  ));
  if (rows.length === 0) return null;
  return table('Fields', ['field', 'type', 'there', ''], rows);
}

/** Wide on a phone: it scrolls by itself, also with the keyboard. */
function table(label, heads, rows) {
  const head = heads.map((text) => h('th', { scope: 'col' }, text));
  return h('div.table', { tabIndex: 0, role: 'group', 'aria-label': label },
    h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows)));
}

function examples(message) {
  return (message.examples ?? []).map(({ payload }) => h('pre', { tabIndex: 0 }, JSON.stringify(payload, null, 2)));
}

function entry(id, title, ...parts) {
  return h('section.entry', { id, 'aria-labelledby': `${id}-title` },
    h('h3', { id: `${id}-title` }, h('a', { href: `#${id}` }, title)), ...parts);
}

function eventEntry(message, resolve) {
  const { data, seq } = message.payload.properties;
  const own = data.$ref ? h('p', {}, 'data: ', ...typeOf(data)) : fields(resolve(data));
  return entry(message.name, message.name,
    h('p', {}, ...inline(message.summary), seq ? ' It has a place in the history: seq and prev.' : ''), own, ...examples(message));
}

function commandEntry(command, reply, resolve) {
  const [answer, refusal] = reply.payload.oneOf;
  const { status, body } = answer.properties;
  const refusals = refusal.properties.status.enum.join(', ');
  return entry(`command-${command.name}`, command.name,
    h('p', {}, ...inline(command.summary)), fields(command.payload), ...examples(command),
    h('p', {}, `Replies with ${status.const}`, ...(body ? [', body: ', ...typeOf(body)] : []), `; refused with ${refusals}.`),
    body?.properties ? fields(resolve(body)) : null, ...examples(reply));
}

function schemaEntry(name, schema) {
  const own = fields(schema) ?? h('p', {}, ...typeOf(schema), '. ', bounds(schema));
  return entry(`schema-${name}`, name, schema.description ? h('p', {}, ...inline(schema.description)) : null, own);
}

function chapter(id, title, ...parts) {
  return h('section.chapter', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, title), ...parts);
}

function closeCodes(codes) {
  const rows = Object.entries(codes).map(([code, reason]) => h('tr', {}, h('td', {}, h('code', {}, code)), h('td', {}, reason)));
  return table('Close codes', ['closed with', 'because'], rows);
}

function chapters(description) {
  const resolve = resolver(description);
  const { channels: { socket }, operations, components: { messages, schemas } } = description;
  const message = (reference) => resolve(resolve(reference));
  const { events, ...commands } = operations;
  const connect = fields({ properties: socket.bindings.ws.query.properties });
  return [
    chapter('socket', 'The socket', h('p', {}, h('code', {}, `GET ${socket.address}`), ' ', ...inline(socket.description)), connect,
      ...prose(description.info.description), closeCodes(socket['x-close-codes'])),
    chapter('events-of-the-server', 'Events', ...events.messages.map((reference) => eventEntry(message(reference), resolve))),
    chapter('commands', 'Commands', ...Object.values(commands).map((operation) => commandEntry(
      message(operation.messages[0]), message(operation.reply.messages[0]), resolve,
    )), entry('refusal', 'refusal', h('p', {}, ...inline(messages.refusal.summary)), fields(messages.refusal.payload), ...examples(messages.refusal))),
    chapter('schemas', 'Schemas', ...Object.entries(schemas).map(([name, schema]) => schemaEntry(name, schema))),
  ];
}

function contents(parts) {
  return parts.map((part) => {
    const title = part.querySelector('h2').textContent;
    const entries = [...part.querySelectorAll('.entry')].map((section) => h('li', {},
      h('a', { href: `#${section.id}` }, section.querySelector('h3').textContent)));
    if (entries.length === 0) return h('a', { href: `#${part.id}` }, title);
    return h('details', { open: true }, h('summary', {}, title), h('ul', {}, ...entries));
  });
}

async function main() {
  const place = document.getElementById('events');
  try {
    const answer = await fetch('/asyncapi.json');
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const parts = chapters(await answer.json());
    place.append(h('h1', {}, 'The WebSocket'), ...parts);
    document.getElementById('contents').append(...contents(parts));
    // What the address names is there only now.
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (error) {
    place.append(h('p', { role: 'alert' }, `The document cannot be shown: ${error.message}. It is at `, h('a', { href: '/asyncapi.json' }, '/asyncapi.json'), '.'));
  }
}

main();
