// Makes what is in the page like what was drawn anew, so that what has the focus, or is under a finger, stays.
//
// An element stays for the fresh one of the same tag with the same key, or else the same first class. It keeps its
// listeners: they may rely on the key, and on nothing else that changes.

const kindOf = (node) => (node.nodeType === Node.ELEMENT_NODE
  ? `${node.localName} ${node.dataset?.key ?? node.dataset?.emoji ?? node.classList[0] ?? ''}` : '#text');

/** Put there by somebody else. */
const isGuest = (node) => node.dataset?.guest !== undefined;

export function patch(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  patchChildren(old, fresh.childNodes);
}

/** `fresh`: nodes, of which false and null are left out; one that is in `parent` already stays as it is. */
export function patchChildren(parent, fresh) {
  const wanted = [...fresh].filter(Boolean);
  const free = [...parent.childNodes].filter((node) => !isGuest(node) && !wanted.includes(node));
  const placed = wanted.map((node) => {
    if (node.parentNode === parent) return node;
    const index = free.findIndex((each) => kindOf(each) === kindOf(node));
    if (index < 0) return node;
    const [held] = free.splice(index, 1);
    patch(held, node);
    return held;
  });
  for (const node of free) node.remove();
  const focused = document.activeElement;
  let at = parent.firstChild;
  for (const node of placed) {
    while (at && isGuest(at)) at = at.nextSibling;
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  // What changes its place loses the focus.
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}
