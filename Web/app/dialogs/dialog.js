import { h, iconButton } from '../dom.js';
import { t } from '../texts.js';

/** A modal dialog; `make(close)` gives its content. It is removed when it closes. */
export function openDialog(title, make, { onclose = () => {} } = {}) {
  const close = () => dialog.close();
  const dialog = h('dialog.dialog', { 'aria-label': title },
    h('header.bar', {}, h('h2', {}, title), h('span.spring'), iconButton('close', t('action.close'), close)),
    make(close));
  dialog.addEventListener('close', () => {
    dialog.remove();
    onclose();
  });
  // A click on what is behind closes it; one inside lands on a child.
  dialog.addEventListener('pointerdown', (event) => { if (event.target === dialog) close(); });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
