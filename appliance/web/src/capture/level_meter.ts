// How loud the microphone is, for the device check.

const kFloorDb = -60;

/** Mean power of samples in -1…1, as 0 (-60 dBFS or less) to 1 (0 dBFS). Pure. */
export function levelOf(samples: Float32Array): number {
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    const db = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
    return Math.min(1, Math.max(0, 1 - db / kFloorDb));
}

/** Calls back with the level ten times a second. Returns what ends it. */
export function meter(track: MediaStreamTrack, level: (value: number) => void): () => void {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
        analyser.getFloatTimeDomainData(samples);
        level(levelOf(samples));
    }, 100);
    // Browsers start audio only after a first click or key.
    const wake = (): void => void context.resume().catch(() => undefined);
    addEventListener('pointerdown', wake);
    addEventListener('keydown', wake);
    return () => {
        removeEventListener('pointerdown', wake);
        removeEventListener('keydown', wake);
        clearInterval(timer);
        void context.close();
    };
}
