// Asks the way down every few seconds what has come in each slot, and says it in the words of link_quality.ts.

import { signal } from '@preact/signals';
import type { Downlink } from './downlink';
import { qualityBetween, slotCounts, type InboundStat, type LinkQuality, type SlotCounts } from './link_quality';

const kEveryMs = 3_000;

async function countsOf(receivers: readonly RTCRtpReceiver[]): Promise<SlotCounts> {
    const reports = await Promise.all(receivers.map((receiver) => receiver.getStats()));
    const stats = reports.flatMap((report) => [...report.values()] as (InboundStat & { type: string })[]);
    return slotCounts(stats.filter(({ type }) => type === 'inbound-rtp'));
}

export class QualityWatch {
    /** By slot; undefined: nothing is known yet. */
    readonly slots = signal<readonly (LinkQuality | undefined)[]>([]);
    private before_: { readonly of: unknown; readonly at: number; readonly counts: readonly SlotCounts[] } | undefined;

    /** For the life of the page. */
    constructor(private readonly down_: Downlink) {
        setInterval(() => void this.measure().catch(() => undefined), kEveryMs);
    }

    private async measure(): Promise<void> {
        const receivers = this.down_.receivers;
        if (receivers.length === 0 || this.down_.leg.line.peek() !== 'connected') {
            this.before_ = undefined;
            this.slots.value = [];
            return;
        }
        const counts = await Promise.all(receivers.map(countsOf));
        const at = performance.now();
        const before = this.before_;
        this.before_ = { of: receivers, at, counts };
        if (before === undefined || before.of !== receivers) return;
        this.slots.value = counts.map((after, slot) => {
            const earlier = before.counts[slot];
            return earlier === undefined ? undefined : qualityBetween(earlier, after, at - before.at);
        });
    }
}
