// A short, soft chord to try the speaker with.

const kNotes = [523.25, 659.25, 783.99];
const kSeconds = 1.6;

/** Resolves when the sound is over; rejects when the speaker cannot be used. */
export async function playTestTone(speakerId: string): Promise<void> {
    const context = new AudioContext();
    const out = context.createMediaStreamDestination();
    const gain = context.createGain();
    gain.connect(out);
    const start = context.currentTime + 0.1;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.15, start + 0.05);
    gain.gain.setValueAtTime(0.15, start + kSeconds - 0.4);
    gain.gain.linearRampToValueAtTime(0, start + kSeconds);
    for (const [index, frequency] of kNotes.entries()) {
        const note = new OscillatorNode(context, { frequency });
        note.connect(gain);
        note.start(start + index * 0.25);
        note.stop(start + kSeconds);
    }
    // Through an element, because every browser that can choose a speaker can do so for elements.
    const element = new Audio();
    element.srcObject = out.stream;
    try {
        if (speakerId !== '' && 'setSinkId' in element) await element.setSinkId(speakerId);
        await element.play();
        await new Promise((done) => setTimeout(done, (kSeconds + 0.3) * 1000));
    } finally {
        element.srcObject = null;
        await context.close();
    }
}
