// One device of ours: the microphone, or the camera. Switching the microphone off silences its track; switching the
// camera off gives the device back, so that its light goes out. Nothing but the person's own click switches one on.

import { signal } from '@preact/signals';
import type { CaptureMemory } from './capture_memory';
import { captureState, troubleOf, type CaptureState, type Trouble } from './capture_state';

export type Kind = 'audio' | 'video';

const kConstraints: Record<Kind, MediaTrackConstraints> = {
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
    video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

const kHints: Record<Kind, string> = { audio: 'speech', video: 'motion' };

export class Capture {
    readonly state = signal<CaptureState>('none');
    readonly track = signal<MediaStreamTrack | undefined>(undefined);
    readonly trouble = signal<Trouble | undefined>(undefined);
    /** The chosen device; empty: the system's choice. */
    readonly device = signal('');

    private starting_ = false;
    private switchedOff_: boolean;

    constructor(readonly kind: Kind, private readonly memory_: CaptureMemory) {
        this.switchedOff_ = memory_.recall(kind, 'off') === 'yes';
        this.device.value = memory_.recall(kind, 'device');
        this.read();
    }

    get isSwitchedOff(): boolean {
        return this.switchedOff_;
    }

    /** The memory knows by now whose device this is. Switches off what they had off, and nothing on. */
    recognised(): void {
        if (this.switchedOff_ || this.memory_.recall(this.kind, 'off') !== 'yes') return;
        this.switchedOff_ = true;
        const track = this.track.value;
        if (this.kind === 'video') this.release();
        else if (track !== undefined) track.enabled = false;
        this.read();
    }

    /** Takes a track that was asked for together with another one. */
    adopt(track: MediaStreamTrack): void {
        if (this.kind === 'video' && this.switchedOff_) {
            track.stop();
            this.read();
            return;
        }
        track.contentHint = kHints[this.kind];
        track.enabled = !this.switchedOff_;
        track.onended = () => this.lost(track);
        track.onmute = track.onunmute = () => this.read();
        this.release();
        this.track.value = track;
        this.trouble.value = undefined;
        this.device.value = track.getSettings().deviceId ?? this.device.value;
        this.read();
    }

    /** Opens the device, unless the person wants the camera off. */
    async open(): Promise<void> {
        if (this.starting_) return;
        this.starting_ = true;
        this.read();
        try {
            const stream = await navigator.mediaDevices.getUserMedia({ [this.kind]: constraintsFor(this) });
            this.starting_ = false;
            const [track] = stream.getTracks();
            if (track !== undefined) this.adopt(track);
        } catch (error) {
            this.starting_ = false;
            this.failed(error);
        }
    }

    async toggle(): Promise<void> {
        if (this.starting_) return;
        const wasOff = this.state.value === 'off' || this.state.value === 'none';
        this.switchedOff_ = !wasOff;
        this.memory_.remember(this.kind, 'off', this.switchedOff_ ? 'yes' : '');
        const track = this.track.value;
        const alive = track !== undefined && track.readyState === 'live';
        if (this.kind === 'audio' && alive) track.enabled = wasOff;
        else if (wasOff) await this.open();
        else this.release();
        this.read();
    }

    /** The person picks another device. One that is switched off stays off. */
    async choose(device: string): Promise<void> {
        if (this.starting_) return;
        this.device.value = device;
        this.memory_.remember(this.kind, 'device', device);
        if (this.kind === 'audio' || !this.switchedOff_) await this.open();
    }

    failed(error: unknown): void {
        this.trouble.value = troubleOf(error instanceof DOMException ? error.name : '');
        this.read();
    }

    /** Gives the device back. */
    release(): void {
        const track = this.track.value;
        this.track.value = undefined;
        if (track !== undefined) track.onended = track.onmute = track.onunmute = null;
        track?.stop();
        this.read();
    }

    private lost(track: MediaStreamTrack): void {
        if (this.track.value !== track) return;
        this.trouble.value = 'lost';
        this.release();
    }

    private read(): void {
        const off = this.switchedOff_ && this.trouble.value === undefined;
        this.state.value = captureState(this.track.value, this.starting_, off);
    }
}

export function constraintsFor(capture: Capture): MediaTrackConstraints {
    const device = capture.device.value;
    return { ...kConstraints[capture.kind], ...(device === '' ? {} : { deviceId: { ideal: device } }) };
}

/** Both at once, so that the browser asks the person only once; then each alone, if one of them is not to be had. */
export async function openBoth(microphone: Capture, camera: Capture): Promise<void> {
    if (camera.isSwitchedOff) {
        await microphone.open();
        return;
    }
    try {
        const stream = await navigator.mediaDevices.getUserMedia({
            audio: constraintsFor(microphone), video: constraintsFor(camera),
        });
        for (const track of stream.getTracks()) (track.kind === 'audio' ? microphone : camera).adopt(track);
    } catch (error) {
        if (error instanceof DOMException && error.name === 'NotAllowedError') {
            microphone.failed(error);
            camera.failed(error);
            return;
        }
        await microphone.open();
        await camera.open();
    }
}
