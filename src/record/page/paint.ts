/** How the timeline looks: lanes, bars, pauses, marks and the axis, on a canvas of any density. */

import type { SessionMark } from '../calls.ts';
import type { Row } from './data.ts';
import { clockTime, dayAndTime, duration } from './format.ts';
import type { Bar, Lane } from './lanes.ts';
import { type Fold, type Timescale, ticks } from './timescale.ts';

export interface Scene {
  readonly lanes: readonly Lane[];
  readonly marks: readonly SessionMark[];
  readonly scale: Timescale;
  readonly view: readonly [number, number];
  /** Undefined where all are. */
  readonly shown: ReadonlySet<Row> | undefined;
  /** Pixels that are being marked. */
  readonly drag: readonly [number, number] | undefined;
}

export interface Painted {
  /** Where the middle of each lane's first level is, in pixels. */
  readonly laneTops: readonly number[];
  /** The bar at a point, or the nearest one beside it. */
  hit(x: number, y: number): Bar | undefined;
  /** The folded pause at a point. */
  fold(x: number): Fold | undefined;
  /** Position of a point on the scale. */
  placeAt(x: number): number;
}

const AXIS_PX = 26;
/** Room at both ends, so that marks and crosses are whole. */
export const SIDE_PX = 12;
const BAR_PX = 12;
const LEVEL_PX = 15;
const LANE_GAP_PX = 11;
const NARROWEST_PX = 3;
/** More bars than this in sight are drawn as narrow as they are. */
const DENSE = 1500;
/** As far from a bar as a pointer may be that means it. */
const REACH_PX = 4;
/** Bars that are narrower show no parts. */
const PARTS_PX = 5;
/** From here on the axis shows dates. */
const DATES_FROM_MS = 20 * 3_600_000;
/** A narrower pause has its length in its tip only. */
const SMALLEST_LABEL_PX = 9;
/** Two marks on the axis are at least that far apart. */
const TICK_PX = 110;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly bar: Bar;
}

export function paint(canvas: HTMLCanvasElement, { drag, lanes, marks, scale, shown, view }: Scene): Painted {
  const colour = coloursOf(canvas);
  const width = canvas.clientWidth;
  const laneTops: number[] = [];
  let y = AXIS_PX + LANE_GAP_PX;
  for (const { levels } of lanes) {
    laneTops.push(y);
    y += levels * LEVEL_PX + LANE_GAP_PX;
  }
  const height = Math.max(y, 90);
  const g = prepared(canvas, width, height);
  const xAt = (place: number) => SIDE_PX + ((place - view[0]) / (view[1] - view[0])) * (width - 2 * SIDE_PX);
  const xOf = (ms: number) => xAt(scale.place(ms));

  for (const [index, { levels }] of lanes.entries()) {
    if (index % 2 === 1) continue;
    g.fillStyle = colour('--lane');
    g.fillRect(0, (laneTops[index] ?? 0) - LANE_GAP_PX / 2, width, levels * LEVEL_PX + LANE_GAP_PX);
  }
  paintAxis(g, { colour, width, height, scale, view, xAt, xOf });
  for (const mark of marks) paintMark(g, mark, xOf(mark.atMs), height, colour);

  // Among thousands, bars that are wider than their time would hide most of the others.
  const isDense = lanes.reduce((sum, { bars }) => sum + bars.length, 0) * (view[1] - view[0]) > DENSE;
  const narrowest = isDense ? 1 : NARROWEST_PX;
  const boxes: Box[] = [];
  const hatch = hatched(g, colour('--wait'), colour('--surface'));
  for (const [index, { bars }] of lanes.entries()) {
    for (const bar of bars) {
      const x = xOf(bar.fromMs);
      const right = Math.max(xOf(bar.toMs), x + narrowest);
      if (right < 0 || x > width) continue;
      const box = { x, y: (laneTops[index] ?? 0) + bar.level * LEVEL_PX, width: right - x, bar };
      boxes.push(box);
    }
  }
  // What failed comes last, so that nothing covers it.
  for (const ofFailed of [false, true]) {
    for (const box of boxes) {
      const { row } = box.bar;
      if ((row?.failed ?? false) !== ofFailed) continue;
      g.globalAlpha = row && shown && !shown.has(row) ? 0.16 : 1;
      paintBar(g, box, { colour, hatch, isDense, xOf });
    }
  }
  g.globalAlpha = 1;
  if (drag) {
    g.fillStyle = colour('--mark');
    g.fillRect(Math.min(...drag), 0, Math.abs(drag[1] - drag[0]), height);
  }
  const placeAt = (x: number) => view[0] + ((x - SIDE_PX) / (width - 2 * SIDE_PX)) * (view[1] - view[0]);
  return {
    laneTops,
    hit: (x, y) => hit(boxes, x, y),
    fold: (x) => scale.folds.find(({ from, to }) => from <= placeAt(x) && placeAt(x) <= to),
    placeAt,
  };
}

type Colour = (name: string) => string;

/** Colours of the style sheet, so that light and dark are in one place. */
function coloursOf(canvas: HTMLCanvasElement): Colour {
  const style = getComputedStyle(canvas);
  const known = new Map<string, string>();
  return (name) => {
    const value = known.get(name) ?? style.getPropertyValue(name).trim();
    known.set(name, value);
    return value;
  };
}

function prepared(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const density = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  canvas.style.height = `${height}px`;
  const g = canvas.getContext('2d');
  if (g === null) throw new Error('this browser draws nothing');
  g.setTransform(density, 0, 0, density, 0, 0);
  g.clearRect(0, 0, width, height);
  g.font = '11px ui-sans-serif, system-ui, sans-serif';
  g.textBaseline = 'middle';
  return g;
}

interface Frame {
  readonly colour: Colour;
  readonly width: number;
  readonly height: number;
  readonly scale: Timescale;
  readonly view: readonly [number, number];
  /** By the place on the scale, and by the time. */
  xAt(place: number): number;
  xOf(ms: number): number;
}

function paintAxis(g: CanvasRenderingContext2D, { colour, height, scale, view, width, xAt, xOf }: Frame): void {
  const folds = scale.folds.filter(({ from, to }) => to > view[0] && from < view[1]);
  const edges = [view[0], ...folds.flatMap(({ from, to }) => [from, to]), view[1]];
  // Under the labels of the axis.
  for (const { from, ms, to } of folds) {
    const [left, right] = [xAt(from), xAt(to)];
    g.fillStyle = colour('--fold');
    g.fillRect(left, 0, Math.max(1, right - left), height);
    const text = duration(ms);
    const length = g.measureText(text).width;
    if (right - left < SMALLEST_LABEL_PX) continue;
    g.fillStyle = colour('--muted');
    if (right - left >= length + 6) {
      g.fillText(text, (left + right - length) / 2, height - 9);
      continue;
    }
    // Upwards, where the pause is too narrow for the label.
    g.save();
    g.translate((left + right) / 2, height - 6);
    g.rotate(-Math.PI / 2);
    g.fillText(text, 0, 0);
    g.restore();
  }
  let free = 0;
  const isLong = scale.time(view[1]) - scale.time(view[0]) > DATES_FROM_MS;
  for (let i = 0; i + 1 < edges.length; i += 2) {
    const [from, to] = [edges[i] ?? 0, edges[i + 1] ?? 1];
    const px = xAt(to) - xAt(from);
    const [fromMs, toMs] = [scale.time(from), scale.time(to)];
    const fine = toMs - fromMs < 10_000;
    for (const ms of ticks(fromMs, toMs, Math.max(1, px / TICK_PX))) {
      const x = xOf(ms);
      g.fillStyle = colour('--line');
      g.fillRect(Math.round(x), AXIS_PX, 1, height);
      const text = isLong ? dayAndTime(ms) : clockTime(ms, fine);
      const right = x + g.measureText(text).width + 6;
      if (x < free || right > width) continue;
      g.fillStyle = colour('--muted');
      g.fillText(text, x + 4, AXIS_PX / 2);
      free = right + 8;
    }
  }
}

function paintMark(
  g: CanvasRenderingContext2D,
  { event }: SessionMark,
  x: number,
  height: number,
  colour: Colour,
): void {
  g.strokeStyle = colour('--session');
  g.fillStyle = colour(event === 'lost' ? '--surface' : '--session');
  g.lineWidth = 1;
  g.setLineDash([2, 3]);
  g.beginPath();
  g.moveTo(x, AXIS_PX);
  g.lineTo(x, height);
  g.stroke();
  g.setLineDash([]);
  g.lineWidth = 1.5;
  g.beginPath();
  g.moveTo(x, AXIS_PX - 5);
  g.lineTo(x + 5, AXIS_PX);
  g.lineTo(x, AXIS_PX + 5);
  g.lineTo(x - 5, AXIS_PX);
  g.closePath();
  g.fill();
  g.stroke();
}

interface Brush {
  readonly colour: Colour;
  readonly hatch: CanvasPattern | string;
  /** Without the crosses. */
  readonly isDense: boolean;
  xOf(ms: number): number;
}

function paintBar(
  g: CanvasRenderingContext2D,
  { bar, width, x, y }: Box,
  { colour, hatch, isDense, xOf }: Brush,
): void {
  const { chore, row } = bar;
  const failed = row?.failed || (chore !== undefined && chore.outcome !== 'done');
  const base = chore
    ? '--session'
    : row?.refused || row?.call.outcome === 'cancelled'
      ? '--muted'
      : failed
        ? '--error'
        : '--ok';
  g.fillStyle = colour(base);
  rounded(g, x, y, width, BAR_PX);
  if (row !== undefined && width >= PARTS_PX) {
    for (const { fromMs, is, outcome, tookMs } of row.call.steps) {
      if (is === 'attempt' && (outcome === 'done' || row.failed)) continue;
      const left = xOf(row.call.atMs + fromMs);
      const right = Math.min(x + width, Math.max(xOf(row.call.atMs + fromMs + tookMs), left + NARROWEST_PX));
      g.fillStyle = is === 'wait' ? hatch : colour(outcome === 'session-gone' ? '--session' : '--wait');
      rounded(g, left, y, right - left, BAR_PX);
    }
  }
  if (!failed || isDense) return;
  // A cross next to the bar: red alone is not visible to every reader.
  g.strokeStyle = colour('--error');
  g.lineWidth = 1.75;
  const [left, middle] = [x + width + 4, y + BAR_PX / 2];
  g.beginPath();
  g.moveTo(left, middle - 3);
  g.lineTo(left + 6, middle + 3);
  g.moveTo(left + 6, middle - 3);
  g.lineTo(left, middle + 3);
  g.stroke();
}

function rounded(g: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  g.beginPath();
  g.roundRect(x, y, width, height, Math.min(3, width / 2));
  g.fill();
}

function hatched(g: CanvasRenderingContext2D, line: string, ground: string): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = 5;
  tile.height = 5;
  const t = tile.getContext('2d');
  if (t === null) return line;
  t.fillStyle = ground;
  t.fillRect(0, 0, 5, 5);
  t.strokeStyle = line;
  t.lineWidth = 1.6;
  t.beginPath();
  for (const shift of [-5, 0, 5]) {
    t.moveTo(shift, 5);
    t.lineTo(shift + 5, 0);
  }
  t.stroke();
  return g.createPattern(tile, 'repeat') ?? line;
}

function hit(boxes: readonly Box[], x: number, y: number): Bar | undefined {
  let best: Box | undefined;
  let bestPx = REACH_PX;
  for (const box of boxes) {
    if (y < box.y - 2 || y > box.y + BAR_PX + 2) continue;
    const px = Math.max(box.x - x, x - box.x - box.width, 0);
    if (px <= bestPx) [best, bestPx] = [box, px];
  }
  return best?.bar;
}
