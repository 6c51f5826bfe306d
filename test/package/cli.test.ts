/** The command line: what its commands print, and how it ends when it is used wrongly. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cases } from '../../bench/lib/cases.mjs';
import { chooseLoss } from '../../ts/index.ts';
import { Place, program } from '../support/cli.ts';
import { table } from '../support/losses.ts';
import { npy } from '../support/npy.ts';

const place = new Place();
beforeAll(() => {
  place.put('a.npy', npy('<f4', [2, 3], [1, 2, 3, 4, 5, 6]));
  place.put('y.npy', npy('<i8', [2], [0, 2]));
});
afterAll(() => place.remove());

describe('list, info and choose', () => {
  it('list has every loss', async () => {
    const { code, out } = await place.run('list');
    expect(code).toBe(0);
    for (const [name] of table) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(((await place.json('list')) as unknown as { name: string }[]).map(({ name }) => name).sort()).toEqual(
      table.map(([name]) => name).sort(),
    );
    expect((await place.run('list --family regression')).out).not.toContain('crossEntropy');
  });

  it.each(table)('info %s: formula, domain, options, PyTorch, use', async (name, { info }) => {
    const about = (await place.json(`info ${name}`)) as unknown as {
      summary: string;
      formula: string;
      notes: Record<string, string>;
      options: Record<string, { text: string; default: unknown }>;
      when: string;
      not: string;
      likelihood: string;
    };
    expect(about.summary).toMatch(/\.$/);
    expect(about.formula).toContain('∂');
    expect(Object.keys(about.notes)).toEqual(expect.arrayContaining(['Domain', 'Accuracy', 'PyTorch']));
    for (const text of [about.when, about.not, about.likelihood]) expect(text).toMatch(/\w+ \w+/);
    for (const [option, { default: fallback }] of Object.entries(info.parameters)) {
      expect(about.options[option]!.default).toEqual(fallback);
      expect(about.options[option]!.text).toMatch(/Default/);
    }
  });

  it('info as text', async () => {
    const { out } = await place.run('info cross-entropy');
    for (const part of ['softmax', 'torch.nn.functional.cross_entropy', '--label-smoothing', 'When not']) {
      expect(out).toContain(part);
    }
  });

  it.each([
    ['nll_loss', 'nll', 'PyTorch’s nll_loss is nll'],
    ['NLLLoss', 'nll', 'PyTorch’s nll_loss is nll'],
    ['BCEWithLogitsLoss', 'binaryCrossEntropyWithLogits', 'PyTorch’s binary_cross_entropy_with_logits'],
    ['torch.nn.BCELoss', 'binaryCrossEntropy', 'PyTorch’s binary_cross_entropy is'],
    ['F.smooth_l1_loss', 'smoothL1', 'PyTorch’s smooth_l1_loss'],
    ['nn.CrossEntropyLoss', 'crossEntropy', 'PyTorch’s cross_entropy'],
    ['L1Loss', 'mae', 'PyTorch’s l1_loss is mae'],
    ['KLDivLoss', 'klDivergence', "PyTorch’s kl_div is klDivergence(q, p, { input: 'logProbabilities' })"],
    ['SparseCategoricalCrossentropy', 'crossEntropy', 'Keras’s SparseCategoricalCrossentropy is crossEntropy,'],
    ['keras.losses.MeanSquaredError', 'mse', 'Keras’s MeanSquaredError is mse'],
    ['softmax_cross_entropy_with_integer_labels', 'crossEntropy', 'Optax’s softmax_cross_entropy_with_integer_labels'],
    ['optax.l2_loss', 'mse', 'Optax’s l2_loss is mse, halved'],
    ['tf.losses.absoluteDifference', 'mae', 'tf.js’s absoluteDifference is mae'],
  ])('info %s is info of %s', async (name, loss, head) => {
    const { code, out } = await place.run(`info ${name}`);
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain(head);
    expect(out).toMatch(new RegExp(`^${loss}\\(`, 'm'));
    expect(await place.json(`info ${name}`)).toMatchObject({ name: loss });
  });

  it('every PyTorch twin that a loss states is known by its name', async () => {
    for (const [name, { info }] of table) {
      if (info.torch === null) continue;
      const found = (await place.json(`info ${info.torch}`)) as unknown as { name: string };
      expect(found.name, info.torch).toBe(name);
    }
  });

  it('choose says what chooseLoss says', async () => {
    const { name, options, why } = chooseLoss({ task: 'regression', outliers: true });
    expect(await place.json('choose regression --outliers')).toMatchObject({ name, options, why });
    const { out } = await place.run('choose regression --outliers');
    expect(out).toContain("import { huber } from 'losskit'");
    expect(out).toContain('losskit eval huber --pred pred.npy --target target.npy --delta 1');
  });

  it('choose and info show code and commands that run', async () => {
    const { out } = await place.run('choose segmentation');
    expect(out).toContain('dice.valueAndGrad(pred, target, { activation: "softmax" })');
    expect(out).toContain('losskit eval dice --pred pred.npy --target target.npy --activation softmax');
    expect((await place.run('info mse')).out).toContain('losskit eval mse');
  });

  it('bench compares WebAssembly with JavaScript', async () => {
    // By itself, as it switches the backend of its process.
    const { code, out } = place.spawn('bench --losses mse,elbo,triplet --elements 128 --seconds 0.02 --json');
    expect(code).toBe(0);
    const { results } = JSON.parse(out) as {
      results: { loss: string; size: string; wasm: number; careful: number; reference: number; faster: number }[];
    };
    expect(results.map(({ loss, size }) => `${loss} ${size}`)).toEqual([
      'mse 128',
      'elbo 1024×128',
      'triplet 1024×128',
      'triplet-cosine 1024×128',
    ]);
    for (const { wasm, careful, reference, faster } of results) {
      for (const ms of [wasm, careful, reference]) expect(ms).toBeGreaterThan(0);
      expect(faster).toBe(careful / wasm);
    }
  });

  it('bench has a line for every loss', () => {
    const measured = new Set(cases.map(({ loss }) => loss));
    expect(table.map(([name]) => name).filter((name) => !measured.has(name))).toEqual([]);
  });

  it.each(['', 'list', 'info', 'choose', 'eval', 'eval crossEntropy', 'bench'])('%s --help', async (command) => {
    const { code, out } = await place.run(`${command} --help`);
    expect(code).toBe(0);
    expect(out).toMatch(/Usage: losskit/);
  });
});

describe('bad usage ends with 2', () => {
  it.each([
    ['', 'a command is missing'],
    ['evl', 'did you mean eval?'],
    ['info', 'an argument is missing'],
    ['info crosEntropy', 'did you mean crossEntropy?'],
    ['info Circle', 'Keras’s Circle has no counterpart'],
    ['eval nll_loss', 'PyTorch’s nll_loss is nll'],
    ['eval mse --pred a.npy --target a.npy --shift', '--shift is for losses of class labels; mse takes none'],
    ['eval crossEntropy --pred y.npy --target y.npy --classes 1 --shift', '--shift is for rows of classes'],
    ['list --familly x', 'did you mean --family?'],
    ['list --family trees', '--family is one of classification'],
    ['list more', '"more" is one argument too many'],
    ['choose multclass', "did you mean 'multiclass'?"],
    ['choose regression --imbalanced', "imbalanced goes with 'binary'"],
    ['bench --losses mes', 'did you mean mse?'],
    ['bench --seconds soon', '--seconds must be a number > 0'],
    ['eval', 'eval needs a loss first'],
    ['eval mse', '--pred is missing'],
    ['eval mse --pred a.npy', '--target is missing'],
    ['eval mse a.npy a.npy', 'files are named: --pred pred.npy --target target.npy'],
    ['eval mse --pred a.npy a.npy --target a.npy', '--target has 1 files, --pred 2'],
    ['eval mse --pred a.npy --target a.npy --delta 1', 'unknown option --delta'],
    ['eval mse --pred a.npy --target', '--target needs a value'],
    ['eval huber --pred a.npy --target a.npy --delta -1', 'delta must be finite and > 0, got -1'],
    ['eval huber --pred a.npy --target a.npy --delta big', '--delta must be a number'],
    ['eval klDivergence --q a.npy --p a.npy --input words', '--input must be one of'],
    ['eval mse --pred a.npy --target a.npy --reduction max', '--reduction is mean, sum or none'],
    ['eval mse --pred a.npy --target a.npy --dtype float16', '--dtype is float32 or float64'],
    ['eval mse --pred a.npy --target a.npy --block 0', '--block must be a whole number >= 1'],
    ['eval mse --pred a.npy --target a.npy --grad g.csv', '--grad writes a .npy file'],
    ['eval mse --pred a.npy --target a.npy --grad a.npy', 'a.npy is an input'],
    ['eval mse --pred a.npy --target a.npy --out l.npy', '--out is for --by-row'],
    ['eval l1 --theta a.npy --by-row', 'l1 has no losses of samples'],
    ['eval ntXent --za a.npy --zb a.npy --sample-weight y.npy', 'ntXent takes no --sample-weight'],
  ])('%s', async (line, message) => {
    const got = await place.failure(line);
    expect(got.message).toContain(message);
    expect(got.code).toBe(2);
  });
});

it('the built program ends with the same codes', () => {
  expect(place.spawn('eval mse --pred a.npy --target a.npy').code).toBe(0);
  expect(place.spawn('eval mse --pred nowhere.npy --target a.npy').code).toBe(1);
  expect(place.spawn('eval mse --pred a.npy')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/^losskit: /),
  });
});

it('a reader that ends early is no error', () => {
  const lines = 20_000;
  place.put('long.npy', npy('<f4', [lines], new Float32Array(lines)));
  const command = `set -o pipefail; "${process.execPath}" "${program}" eval mse --pred long.npy --target long.npy --by-row | head -n 1`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: place.folder, encoding: 'utf8' });
  expect([stdout, stderr.replace(/^(loss|value|weight|samples|time) .*\n/gm, '')]).toEqual(['0\n', '']);
  expect(status).toBe(0);
});
