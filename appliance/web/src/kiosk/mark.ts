// A signature or a thumb mark as the path data of SVG that goes into the record: M, L and whole numbers only, at most 6 KiB.
// Pure.

export const kMaxMarkBytes = 6 * 1024;
/** The field that is drawn in, in the units of the path. */
export const kMarkWidth = 1000;
export const kMarkHeight = 400;

export interface Point { readonly x: number; readonly y: number }
export type Stroke = readonly Point[];

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Leaves out points that are closer to the one before than that; the ends of a stroke stay. */
function thinned(stroke: Stroke, apart: number): Stroke {
    const kept: Point[] = [];
    stroke.forEach((point, at) => {
        const last = kept.at(-1);
        if (last === undefined || at === stroke.length - 1 || distance(last, point) >= apart) kept.push(point);
    });
    return kept;
}

const whole = (value: number, most: number): string => String(Math.min(most, Math.max(0, Math.round(value))));

function strokeData(stroke: Stroke): string {
    const points = stroke.map(({ x, y }) => `${whole(x, kMarkWidth)} ${whole(y, kMarkHeight)}`);
    const [first] = points;
    if (first === undefined) return '';
    // A dot is a line to itself, or nothing would be seen of it.
    const rest = points.length === 1 ? [first] : points.slice(1);
    return `M${first}${rest.map((point) => `L${point}`).join('')}`;
}

export const pathData = (strokes: readonly Stroke[], apart = 2): string =>
    strokes.map((stroke) => strokeData(thinned(stroke, apart))).join('');

/** As fine as the record has room for. */
export function markOf(strokes: readonly Stroke[]): string {
    for (let apart = 4; apart <= kMarkWidth; apart *= 2) {
        const data = pathData(strokes, apart);
        if (data.length <= kMaxMarkBytes) return data;
    }
    // Whoever lifts the pen a thousand times: the first strokes are the mark.
    return pathData(strokes.slice(0, 200), kMarkWidth);
}

/** A thumb that was pressed there, as rings: a touch screen tells where, not the lines of a finger. */
export function thumbStrokes(at: Point, radiusX: number, radiusY: number): readonly Stroke[] {
    const kSides = 24;
    return [1, 0.7, 0.4].map((scale) => Array.from({ length: kSides + 1 }, (_, side) => {
        const angle = (2 * Math.PI * side) / kSides;
        return { x: at.x + scale * radiusX * Math.cos(angle), y: at.y + scale * radiusY * Math.sin(angle) };
    }));
}
