/** Trains in the background, at the speed that was asked for, and tells how it goes. */
import { backend } from 'losskit';
import { isChoice, type Step, steps } from './losses.ts';
import type { Order, Report } from './messages.ts';
import { Trainer } from './trainer.ts';

const total = 3000;
const lookEvery = 25;
const say = (report: Report): void => self.postMessage(report);

let trainer: Trainer | null = null;
let objective: Step | 'head' = steps.crossEntropy;
let speed = 100;
let step = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let due = 0;

/** As many steps as are due since the last time. */
function turn(): void {
  if (trainer === null) return;
  // A tick is 40 ms; what a slow machine can't do in that time is let go.
  due = Math.min(due + speed * 0.04, speed * 0.08 + 1);
  const end = performance.now() + 40;
  let sum = 0;
  let done = 0;
  let look = false;
  while (due >= 1 && step < total && performance.now() < end) {
    sum += trainer.step(objective);
    due--;
    done++;
    step++;
    if (step % lookEvery === 0) look = true;
  }
  if (done > 0) {
    const { accuracy, seen } = look || step === 1 ? trainer.look(24) : { accuracy: null, seen: null };
    say({ kind: 'progress', step, loss: sum / done, accuracy, seen });
  }
  if (step < total) timer = setTimeout(turn, 40);
  else say({ kind: 'end', backend: backend().name });
}

function use(name: string): void {
  if (isChoice(name)) objective = steps[name];
}

self.addEventListener('message', ({ data }: MessageEvent<Order>) => {
  try {
    if (data.kind === 'start') {
      use(data.loss);
      speed = data.speed;
      trainer = new Trainer(data.digits);
      turn();
    } else if (data.kind === 'loss') use(data.loss);
    else if (data.kind === 'speed') speed = data.speed;
    else {
      clearTimeout(timer);
      if (data.kind === 'resume') turn();
    }
  } catch (error) {
    say({ kind: 'failed', message: String(error) });
  }
});
