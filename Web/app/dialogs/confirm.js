import { h } from '../dom.js';
import { t } from '../texts.js';
import { openDialog } from './dialog.js';

/** Asks before what cannot be undone. */
export function confirmDialog({ title, text, action, isDangerous = false }) {
  return new Promise((resolve) => {
    let isSure = false;
    openDialog(title, (close) => h('div.dialog-body', {},
      text && h('p', {}, text),
      h('div.buttons', {},
        h('button', { type: 'button', autofocus: true, onclick: close }, t('action.cancel')),
        h(`button.primary${isDangerous ? '.is-dangerous' : ''}`, {
          type: 'button', onclick: () => {
            isSure = true;
            close();
          },
        }, action))), { onclose: () => resolve(isSure) });
  });
}
