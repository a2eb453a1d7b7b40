/** All calls over time, in lanes by tool: drawn on a canvas, so that ten thousand of them do not slow the page down. */

import type { SessionMark } from '../calls.ts';
import type { Row } from './data.ts';
import { element } from './dom.ts';
import { clockTime, duration } from './format.ts';
import type { Bar, Lane } from './lanes.ts';
import { type Painted, paint } from './paint.ts';
import type { Timescale } from './timescale.ts';

export interface TimelineActions {
  /** A call was picked. */
  pick(row: Row): void;
  /** The name of a lane was picked. */
  tool(label: string): void;
  /** Another part of the time is looked at; undefined for all of it. */
  look(range: readonly [number, number] | undefined): void;
}

/** The part of the page that is looked at, from 0 to 1. */
type View = readonly [from: number, to: number];

const WHOLE: View = [0, 1];
const ZOOM = 1.6;
/** A drag that is shorter is a click, in pixels. */
const DRAG_PX = 5;
/** Smallest part that can be looked at. */
const SMALLEST = 1e-6;

export class Timeline {
  readonly #canvas: HTMLCanvasElement;
  readonly #labels: HTMLElement;
  readonly #tip: HTMLElement;
  readonly #actions: TimelineActions;
  #lanes: readonly Lane[] = [];
  #marks: readonly SessionMark[] = [];
  #scale: Timescale | undefined;
  #shown: ReadonlySet<Row> | undefined;
  #view: View = WHOLE;
  #painted: Painted | undefined;
  #drag: { readonly from: number; to: number } | undefined;

  constructor(canvas: HTMLCanvasElement, labels: HTMLElement, tip: HTMLElement, actions: TimelineActions) {
    this.#canvas = canvas;
    this.#labels = labels;
    this.#tip = tip;
    this.#actions = actions;
    this.#listen();
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** @param shown - the calls that the filter lets through; the others are drawn faintly */
  show(lanes: readonly Lane[], marks: readonly SessionMark[], scale: Timescale): void {
    this.#lanes = lanes;
    this.#marks = marks;
    this.#scale = scale;
    this.#view = WHOLE;
    this.draw();
    this.#labels.replaceChildren(
      ...lanes.map((lane, index) => {
        const label = element(lane.isTool ? 'button' : 'span', { class: 'lane', title: lane.name }, lane.name);
        if (lane.isTool) label.addEventListener('click', () => this.#actions.tool(lane.name));
        label.style.top = `${this.#painted?.laneTops[index] ?? 0}px`;
        return label;
      }),
    );
  }

  highlight(shown: ReadonlySet<Row> | undefined): void {
    this.#shown = shown;
    this.draw();
  }

  draw(): void {
    if (this.#scale === undefined) return;
    this.#painted = paint(this.#canvas, {
      lanes: this.#lanes,
      marks: this.#marks,
      scale: this.#scale,
      view: this.#view,
      shown: this.#shown,
      drag: this.#drag && [this.#drag.from, this.#drag.to],
    });
  }

  zoom(factor: number, around = 0.5): void {
    const [from, to] = this.#view;
    const width = Math.max(SMALLEST, Math.min(1, (to - from) / factor));
    const center = from + (to - from) * around;
    const start = Math.max(0, Math.min(1 - width, center - width * around));
    this.#look([start, start + width]);
  }

  reset(): void {
    this.#look(WHOLE);
  }

  #pan(share: number): void {
    const [from, to] = this.#view;
    const by = Math.max(-from, Math.min(1 - to, (to - from) * share));
    this.#look([from + by, to + by]);
  }

  #look(view: View): void {
    this.#view = view;
    this.draw();
    const [from, to] = view;
    const isWhole = from <= 0 && to >= 1;
    this.#actions.look(isWhole || !this.#scale ? undefined : [this.#scale.time(from), this.#scale.time(to)]);
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('keydown', (event) => {
      const act = this.#keys[event.key];
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    });
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.#drag = { from: event.offsetX, to: event.offsetX };
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.#drag) {
        this.#drag.to = event.offsetX;
        this.draw();
      }
      this.#point(event);
    });
    canvas.addEventListener('pointerup', (event) => {
      const drag = this.#drag;
      this.#drag = undefined;
      if (drag === undefined) return;
      const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      if (right - left < DRAG_PX) {
        const row = this.#at(event)?.row;
        if (row) this.#actions.pick(row);
        this.draw();
        return;
      }
      const [from, to] = this.#view;
      const place = (x: number) => from + (to - from) * Math.max(0, Math.min(1, x / canvas.clientWidth));
      this.#look([place(left), Math.max(place(left) + SMALLEST, place(right))]);
    });
    canvas.addEventListener('pointercancel', () => {
      this.#drag = undefined;
      this.draw();
    });
    canvas.addEventListener('pointerleave', () => {
      this.#tip.hidden = true;
    });
    canvas.addEventListener(
      'wheel',
      (event) => {
        // The page scrolls by the wheel alone.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, event.offsetX / canvas.clientWidth);
      },
      { passive: false },
    );
  }

  readonly #keys: Readonly<Record<string, () => void>> = {
    '+': () => this.zoom(ZOOM),
    '=': () => this.zoom(ZOOM),
    '-': () => this.zoom(1 / ZOOM),
    '0': () => this.reset(),
    ArrowLeft: () => this.#pan(-0.2),
    ArrowRight: () => this.#pan(0.2),
  };

  #at({ offsetX, offsetY }: PointerEvent): Bar | undefined {
    return this.#painted?.hit(offsetX, offsetY);
  }

  #point(event: PointerEvent): void {
    const bar = this.#at(event);
    this.#canvas.classList.toggle('on-bar', bar?.row !== undefined);
    this.#tip.hidden = bar === undefined || this.#drag !== undefined;
    if (bar === undefined) return;
    const [name, said] = described(bar);
    this.#tip.replaceChildren(element('b', {}, name), element('span', {}, said));
    const room = this.#canvas.clientWidth - this.#tip.offsetWidth;
    this.#tip.style.left = `${Math.max(0, Math.min(room, event.offsetX + 12)) + this.#canvas.offsetLeft}px`;
    this.#tip.style.top = `${event.offsetY + 18 + this.#canvas.offsetTop}px`;
  }
}

function described({ chore, fromMs, row, toMs }: Bar): readonly [name: string, said: string] {
  const when = `${clockTime(fromMs, true)} · ${duration(toMs - fromMs)}`;
  if (row === undefined) return [chore?.method ?? '', `${when} · ${chore?.outcome ?? ''}`];
  const { call, reopened, retries } = row;
  const repeats = [retries > 0 && `${retries} × sent again`, reopened > 0 && 'session opened again'];
  return [row.label, [when, OUTCOME_WORDS[call.outcome], ...repeats].filter(Boolean).join(' · ')];
}

export const OUTCOME_WORDS = {
  ok: 'answered',
  'tool-error': 'tool error',
  error: 'error',
  cancelled: 'cancelled',
  unanswered: 'no answer',
} as const;
