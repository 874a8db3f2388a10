// The page's side of its worker: gives it orders, makes the transforms through which every track passes, and tells what
// the worker has seen.

import { signal } from '@preact/signals';
import type { MediaKind } from './frame';
import type { Counts, Order, ReceivingOrder, Report, SendingOrder, Way } from './orders';

/** The name of the worker's file, which the build fills in; it lies beside the page's own script. */
declare const SIGHTLINE_WORKER: string;

export class Protection {
    /** Slots of the way down from which nothing comes that can be opened. */
    readonly unavailable = signal<readonly number[]>([]);
    readonly counts = signal<Counts | undefined>(undefined);
    onProtecting: (kind: MediaKind, connection: number) => void = () => undefined;
    onWithholding: (kind: MediaKind) => void = () => undefined;

    private readonly worker_ = new Worker(new URL(SIGHTLINE_WORKER, import.meta.url));
    private readonly waiting_ = new Map<number, () => void>();

    constructor() {
        this.worker_.onmessage = ({ data }: MessageEvent<Report>) => this.hear(data);
    }

    /** Set it before the offer is made, never later: see Uplink. */
    transform(way: Way): RTCRtpScriptTransform {
        return new RTCRtpScriptTransform(this.worker_, way);
    }

    /** Ends when the worker has the keys. Those given here are moved away. */
    take(epoch: number, send: readonly SendingOrder[], receive: readonly ReceivingOrder[]): Promise<void> {
        const taken = new Promise<void>((done) => this.waiting_.set(epoch, done));
        this.order({ do: 'take', epoch, send, receive }, [...send, ...receive].map(({ key }) => key.buffer));
        return taken;
    }

    switchTo(epoch: number, oldMs: number): void {
        this.order({ do: 'switch', epoch, oldMs });
    }

    hold(held: boolean): void {
        this.order({ do: 'hold', held });
    }

    seat(people: readonly (string | null)[]): void {
        this.order({ do: 'seat', people: [...people] });
    }

    forget(): void {
        this.order({ do: 'forget' });
    }

    private order(order: Order, moved: Transferable[] = []): void {
        this.worker_.postMessage(order, moved);
    }

    private hear(report: Report): void {
        switch (report.say) {
            case 'taken':
                this.waiting_.get(report.epoch)?.();
                this.waiting_.delete(report.epoch);
                break;
            case 'protecting':
                this.onProtecting(report.kind, report.connection);
                break;
            case 'withholding':
                this.onWithholding(report.kind);
                break;
            case 'counts':
                this.counts.value = report.counts;
                if (String(report.unavailable) !== String(this.unavailable.value)) this.unavailable.value = report.unavailable;
        }
    }
}
