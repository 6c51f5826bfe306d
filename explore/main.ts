/** Puts the page together: five parts, of which the address says which is shown. */
import { backend } from 'losskit';
import { openAll, startAll } from './all/page.ts';
import { openChoose } from './choose/dialogue.ts';
import { byId } from './lib/dom.ts';
import { read } from './lib/state.ts';
import { openSee, startSee } from './see/page.ts';
import { openSpeed, startSpeed } from './speed/page.ts';
import { openTrain, startTrain } from './train/page.ts';

const open = { see: openSee, all: openAll, choose: openChoose, speed: openSpeed, train: openTrain };

function route(): void {
  const { page } = read();
  for (const name of Object.keys(open)) byId(name).hidden = name !== page;
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
    if (link.hash === `#/${page}`) {
      link.setAttribute('aria-current', 'page');
      document.title = `${link.textContent} – losskit`;
    } else link.removeAttribute('aria-current');
  }
  open[page]();
}

startSee();
startAll();
startSpeed();
startTrain();
addEventListener('hashchange', route);
route();
const { name, reason } = backend();
byId('backend').textContent =
  `Computed by losskit on ${name === 'wasm' ? 'WebAssembly' : `the reference (${reason})`}.`;
