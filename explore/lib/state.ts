/** What the page shows, kept in the address so that it can be linked to: #/page?key=value. */

const pages = ['see', 'all', 'choose', 'speed', 'train'] as const;

/** A page's name. */
export type Page = (typeof pages)[number];

/** The page and its settings, as the address has them. */
export function read(): { page: Page; settings: URLSearchParams } {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { page: pages.find((page) => page === path) ?? 'see', settings: new URLSearchParams(query) };
}

/** The address of a page with settings. */
export function address(page: Page, settings: Iterable<readonly [string, string]>): string {
  const query = new URLSearchParams([...settings].map(([key, value]) => [key, value])).toString();
  return `#/${page}${query === '' ? '' : `?${query}`}`;
}

let waiting: ReturnType<typeof setTimeout> | undefined;

/** Changes the address soon, without a new entry in the history: browsers refuse changes as frequent as a slider's. */
export function write(page: Page, settings: Iterable<readonly [string, string]>): void {
  const next = address(page, settings);
  const before = location.hash;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    // Whoever went elsewhere in the meantime stays there.
    if (read().page === page && location.hash === before && before !== next) history.replaceState(null, '', next);
  }, 200);
}
