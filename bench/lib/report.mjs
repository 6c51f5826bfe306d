/** The figures of `npm run bench` as sections of `{ title, note, head, rows }`: one source for the terminal and for RESULTS.md. */
import { figure, times } from './tables.mjs';
import { target } from './targets.mjs';

/** Every case: ns an element on each side, and careful JavaScript's time over losskit's. */
function speed({ cases }) {
  return {
    title: 'Value and gradient, float32',
    note: 'ns per gradient element (losses of a batch: ms a call); × is the time of careful JavaScript over that of losskit, medians of interleaved runs',
    head: ['loss', 'size', 'resident', 'ordinary', 'reference', 'careful JS', '× resident', '× ordinary', 'target ×'],
    rows: cases.map(({ variant, size, ns, ms }) => {
      const unit = /^(ntXent|infoNce|sigLip|supCon)$/.test(variant) ? ms : ns;
      const sides = ['resident', 'ordinary', 'reference', 'careful'].map((side) => figure(unit[side]));
      return [
        variant,
        size,
        ...sides,
        times(ns.careful / ns.resident),
        times(ns.careful / ns.ordinary),
        target(variant, size),
      ];
    }),
  };
}

/** A way of calling: each ratio here, in the other build if there is one, and what it should reach. */
function pathTable({ title, note, better, rows }) {
  const isCompared = rows.some(({ ratios }) => ratios.length > 1);
  const heads = (ratio) => [ratio, ...(isCompared ? ['before'] : []), 'target'];
  const ratioNames = Object.keys(better);
  return {
    title,
    note,
    head: ['loss', 'size', ...ratioNames.flatMap(heads)],
    rows: rows.map(({ id, targets, ratios }) => {
      const cells = (ratio) => [...ratios.map((one) => times(one[ratio])), goal(targets[ratio], better[ratio])];
      return [...id.split('@'), ...ratioNames.flatMap(cells)];
    }),
  };
}

const goal = (target, better) => (target === undefined ? '' : `${better === 'more' ? '≥' : '≤'} ${target}`);

/** Several threads against one, each call on resident data. */
function inThreads({ threads }) {
  return {
    title: `${threads[0].threads} threads`,
    note: 'ms a call, value and gradient of resident float32 data; × is the time of one thread over that of several, medians of interleaved runs',
    head: ['loss', 'size', 'one', 'several', '×'],
    rows: threads.map(({ name, size, one, many }) => [name, size, figure(one), figure(many), times(one / many)]),
  };
}

function firstCalls({ first }) {
  const isCompared = first[0].call.length > 1;
  const heads = (what) => [`${what} ms`, ...(isCompared ? ['before'] : [])];
  return {
    title: 'The first call of a process',
    note: 'ms, medians over processes of their own: to load the package, and for the first value and gradient, of four elements',
    head: ['loss', '', ...heads('load'), ...heads('call')],
    rows: first.map(({ name, load, call }) => [name, '', ...load.map(figure), ...call.map(figure)]),
  };
}

function limits({ rooflines }) {
  return {
    title: 'Rooflines',
    note: 'share of what bare WebAssembly reaches here, both in one run: a triad a = b + s·c (12 bytes an element), or Σ e^x (two-step reduction, degree 5, no clamp, no store)',
    head: ['loss', 'size', 'limit', 'limit reaches', 'share'],
    rows: rooflines.map(({ limit, size, gigabytes, perElement, name, share }) => [
      name,
      size,
      limit,
      gigabytes ? `${figure(gigabytes)} GB/s` : `${figure(perElement)} ns`,
      share.toFixed(2),
    ]),
  };
}

function overhead({ calls }) {
  return {
    title: 'A call on 8 elements',
    note: 'ns; in calls of an empty WebAssembly function; bytes allocated a call over 10^6 resident calls (with the gradient the result is an object)',
    head: ['loss', '', 'resident ns', 'ordinary ns', 'resident', 'ordinary', 'bytes: value', 'value + gradient'],
    rows: calls.map((c) => [
      c.name,
      '',
      figure(c.residentNs),
      figure(c.ordinaryNs),
      figure(c.resident),
      figure(c.ordinary),
      Math.round(c.valueBytes),
      Math.round(c.gradBytes),
    ]),
  };
}

function bytes({ size }) {
  const kb = (n) => (n / 1000).toFixed(1);
  return {
    title: 'Size',
    note: 'kB',
    head: ['what', '', 'minified', 'gzip', 'at most'],
    rows: [
      ...size.bundles.map(({ title, bytes: plain, gzip, limit }) => [title, '', kb(plain), kb(gzip), limit]),
      ['losskit.wasm', '', kb(size.wasm), kb(size.wasmGzip), ''],
    ],
  };
}

/** The sections that there are figures for. */
export function sections(report) {
  return [
    report.cases.length > 0 && speed(report),
    ...Object.values(report.paths ?? {}).map((path) => path.rows.length > 0 && pathTable(path)),
    report.threads?.length > 0 && inThreads(report),
    report.first && firstCalls(report),
    report.rooflines && limits(report),
    report.calls?.length > 0 && overhead(report),
    report.size?.bundles && bytes(report),
  ].filter(Boolean);
}

/** `AMD EPYC, 2 cores · Node 20.20.2 (V8 11.3) · 2026-11-24 · load 1.0` */
export function where({ cpu, node, v8, date, load, busy }) {
  const noise = busy ? `, so the machine was busy with other work and the figures are noisy` : '';
  return `${cpu} · Node ${node} (V8 ${v8}) · ${date} · load ${load}${noise}`;
}
