// The field for a signature or a thumb mark. What is drawn is kept as strokes in the units of the record's path.

import { useRef, useState } from 'preact/hooks';
import { kMarkHeight, kMarkWidth, pathData, thumbStrokes, type Point, type Stroke } from '../mark';
import { k } from '../texts';

interface Props {
    readonly thumb: boolean;
    readonly strokes: readonly Stroke[];
    readonly change: (strokes: readonly Stroke[]) => void;
}

/** A finger that tells no size of its contact, in the field's units. */
const kSmallestThumb = 45;
const kThumbGrowth = 2.2;

export function MarkPad({ thumb, strokes, change }: Props) {
    const field = useRef<SVGSVGElement>(null);
    const [drawing, setDrawing] = useState<Stroke | undefined>(undefined);
    const at = (event: PointerEvent): Point => {
        const box = field.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
        return { x: ((event.clientX - box.left) / box.width) * kMarkWidth, y: ((event.clientY - box.top) / box.height) * kMarkHeight };
    };
    const begin = (event: PointerEvent): void => {
        if (!event.isPrimary) return;
        event.preventDefault();
        if (thumb) {
            const scale = kMarkWidth / (field.current?.getBoundingClientRect().width ?? kMarkWidth);
            const radius = (pixels: number): number => Math.max(kSmallestThumb, (pixels * scale * kThumbGrowth) / 2);
            change(thumbStrokes(at(event), radius(event.width), radius(event.height) * 1.25));
            return;
        }
        field.current?.setPointerCapture(event.pointerId);
        setDrawing([at(event)]);
    };
    const go = (event: PointerEvent): void => {
        if (drawing !== undefined && event.isPrimary) setDrawing([...drawing, at(event)]);
    };
    const end = (): void => {
        if (drawing !== undefined) change([...strokes, drawing]);
        setDrawing(undefined);
    };
    return (
        <svg
            ref={field} class="pad" data-pad={thumb ? 'thumb' : 'name'} viewBox={`0 0 ${kMarkWidth} ${kMarkHeight}`} role="img"
            aria-label={k(thumb ? 'mark_thumb_field' : 'mark_name_field')} preserveAspectRatio="none"
            // Or Chromium takes a quick last stroke for a flick, and the touch after it for what stops that: it would be lost.
            onTouchStart={(event) => event.preventDefault()}
            onPointerDown={begin} onPointerMove={go} onPointerUp={end} onPointerCancel={end}
        >
            <path class="pad-line" d="M60 320L940 320" />
            <path class="pad-ink" d={pathData(drawing === undefined ? strokes : [...strokes, drawing])} />
        </svg>
    );
}
