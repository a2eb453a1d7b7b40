/** All calls over time, in lanes by tool: drawn on a canvas, so that ten thousand of them do not slow the page down. */

import type { SessionMark } from '../calls.ts';
import type { Row } from './data.ts';
import { element } from './dom.ts';
import { clockTime, duration, plural } from './format.ts';
import type { Bar, Lane } from './lanes.ts';
import { outcomeOf } from './outcome.ts';
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

export interface Timeline {
  show(lanes: readonly Lane[], marks: readonly SessionMark[], scale: Timescale): void;
  /** @param shown - the calls that the filter lets through; the others are drawn faintly */
  highlight(shown: ReadonlySet<Row> | undefined): void;
  draw(): void;
  zoom(factor: number): void;
  reset(): void;
}

export function timelineOn(
  canvas: HTMLCanvasElement,
  labels: HTMLElement,
  tip: HTMLElement,
  actions: TimelineActions,
): Timeline {
  let lanes: readonly Lane[] = [];
  let marks: readonly SessionMark[] = [];
  let scale: Timescale | undefined;
  let shown: ReadonlySet<Row> | undefined;
  let view: View = WHOLE;
  let painted: Painted | undefined;
  /** Pixels from where to where the pointer was drawn. */
  let drag: readonly [from: number, to: number] | undefined;

  function draw(): void {
    if (scale !== undefined) painted = paint(canvas, { lanes, marks, scale, view, shown, drag });
  }

  function look(part: View): void {
    view = part;
    draw();
    const [from, to] = view;
    const isWhole = from <= 0 && to >= 1;
    actions.look(isWhole || !scale ? undefined : [scale.time(from), scale.time(to)]);
  }

  /** @param around - what stays where it is, from 0 to 1 */
  function zoom(factor: number, around = 0.5): void {
    const [from, to] = view;
    const width = Math.max(SMALLEST, Math.min(1, (to - from) / factor));
    const center = from + (to - from) * around;
    const start = Math.max(0, Math.min(1 - width, center - width * around));
    look([start, start + width]);
  }

  function pan(share: number): void {
    const [from, to] = view;
    const by = Math.max(-from, Math.min(1 - to, (to - from) * share));
    look([from + by, to + by]);
  }

  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoom(ZOOM),
    '=': () => zoom(ZOOM),
    '-': () => zoom(1 / ZOOM),
    '0': () => look(WHOLE),
    ArrowLeft: () => pan(-0.2),
    ArrowRight: () => pan(0.2),
  };
  canvas.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });

  canvas.addEventListener('pointerdown', ({ button, offsetX, pointerId }) => {
    if (button !== 0) return;
    canvas.setPointerCapture(pointerId);
    drag = [offsetX, offsetX];
  });
  canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
    if (drag) {
      drag = [drag[0], offsetX];
      draw();
    }
    const bar = painted?.hit(offsetX, offsetY);
    const fold = bar === undefined ? painted?.fold(offsetX) : undefined;
    canvas.classList.toggle('on-bar', bar?.row !== undefined);
    tip.hidden = (bar === undefined && fold === undefined) || drag !== undefined;
    const [name, said] = bar ? described(bar) : ['Idle', `${duration(fold?.ms)}, folded`];
    tip.replaceChildren(element('b', {}, name), element('span', {}, said));
    const room = canvas.clientWidth - tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(room, offsetX + 12)) + canvas.offsetLeft}px`;
    tip.style.top = `${offsetY + 18 + canvas.offsetTop}px`;
  });
  canvas.addEventListener('pointerup', ({ offsetX, offsetY }) => {
    if (drag === undefined) return;
    const [left, right] = [Math.min(...drag), Math.max(...drag)];
    drag = undefined;
    if (right - left < DRAG_PX) {
      const row = painted?.hit(offsetX, offsetY)?.row;
      if (row) actions.pick(row);
      draw();
      return;
    }
    const place = (x: number) => Math.max(view[0], Math.min(view[1], painted?.placeAt(x) ?? 0));
    look([place(left), Math.max(place(left) + SMALLEST, place(right))]);
  });
  canvas.addEventListener('pointercancel', () => {
    drag = undefined;
    draw();
  });
  canvas.addEventListener('pointerleave', () => {
    tip.hidden = true;
  });
  const onWheel = (event: WheelEvent) => {
    // The page scrolls by the wheel alone.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const place = painted?.placeAt(event.offsetX) ?? 0;
    zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, Math.max(0, Math.min(1, (place - view[0]) / (view[1] - view[0]))));
  };
  canvas.addEventListener('wheel', onWheel, { passive: false });
  new ResizeObserver(draw).observe(canvas);

  return {
    show(newLanes, newMarks, newScale) {
      [lanes, marks, scale, view] = [newLanes, newMarks, newScale, WHOLE];
      draw();
      const names = lanes.map(({ isTool, name }, index) => {
        const label = element(isTool ? 'button' : 'span', { class: 'lane', title: name }, name);
        if (isTool) label.addEventListener('click', () => actions.tool(name));
        label.style.top = `${painted?.laneTops[index] ?? 0}px`;
        return label;
      });
      labels.replaceChildren(...names);
    },
    highlight(rows) {
      shown = rows;
      draw();
    },
    draw,
    zoom,
    reset: () => look(WHOLE),
  };
}

function described({ chore, fromMs, row, toMs }: Bar): readonly [name: string, said: string] {
  const when = `${clockTime(fromMs, true)} · ${duration(toMs - fromMs)}`;
  if (row === undefined) return [chore?.method ?? '', `${when} · ${chore?.outcome ?? ''}`];
  const { reopened, retries } = row;
  const repeats = [retries > 0 && plural(retries, 'retry', 'retries'), reopened > 0 && 'session reopened'];
  return [row.label, [when, outcomeOf(row).word, ...repeats].filter(Boolean).join(' · ')];
}
