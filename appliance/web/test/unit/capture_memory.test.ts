import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureMemory } from '../../src/capture/capture_memory';

class Kept implements Storage {
    private readonly items_ = new Map<string, string>();
    [name: string]: unknown;
    get length(): number { return this.items_.size; }
    clear(): void { this.items_.clear(); }
    key(index: number): string | null { return [...this.items_.keys()][index] ?? null; }
    getItem(key: string): string | null { return this.items_.get(key) ?? null; }
    setItem(key: string, value: string): void { this.items_.set(key, value); }
    removeItem(key: string): void { this.items_.delete(key); }
}

test('a new tab finds the choices of the same participant, and of nobody else', () => {
    const browser = new Kept();
    const first = new CaptureMemory(new Kept(), browser);
    first.recognise('b1');
    first.remember('audio', 'off', 'yes');
    const second = new CaptureMemory(new Kept(), browser);
    assert.equal(second.recall('audio', 'off'), '', 'nobody is known yet');
    second.recognise('b1');
    assert.equal(second.recall('audio', 'off'), 'yes');
    second.recognise('c1');
    assert.equal(second.recall('audio', 'off'), '');
});

test('what is chosen in the tab before the participant is known counts, and is kept', () => {
    const browser = new Kept();
    const before = new CaptureMemory(new Kept(), browser);
    before.recognise('b1');
    before.remember('audio', 'off', 'yes');
    const memory = new CaptureMemory(new Kept(), browser);
    memory.remember('audio', 'off', '');
    memory.recognise('b1');
    assert.equal(memory.recall('audio', 'off'), '');
    const later = new CaptureMemory(new Kept(), browser);
    later.recognise('b1');
    assert.equal(later.recall('audio', 'off'), '');
});

test('a reload knows the participant from the beginning', () => {
    const tab = new Kept();
    const browser = new Kept();
    const memory = new CaptureMemory(tab, browser);
    memory.recognise('b1');
    memory.remember('video', 'off', 'yes');
    tab.removeItem('sightline.video.off');
    assert.equal(new CaptureMemory(tab, browser).recall('video', 'off'), 'yes');
});

test('another invitation in the same tab begins afresh', () => {
    const tab = new Kept();
    const memory = new CaptureMemory(tab, new Kept());
    memory.recognise('b1');
    memory.remember('audio', 'off', 'yes');
    memory.recognise('c1');
    assert.equal(memory.recall('audio', 'off'), '');
});

test('nothing is left when it forgets', () => {
    const tab = new Kept();
    const browser = new Kept();
    const memory = new CaptureMemory(tab, browser);
    memory.recognise('b1');
    memory.remember('audio', 'off', 'yes');
    memory.remember('video', 'device', 'front');
    memory.forget();
    assert.equal(tab.length + browser.length, 0);
});

test('a tab that the browser restored from an older time does not know better', () => {
    const tab = new Kept();
    const browser = new Kept();
    const memory = new CaptureMemory(tab, browser);
    memory.recognise('b1');
    memory.remember('video', 'off', '');
    memory.remember('audio', 'off', 'yes');
    const old = new Map([['sightline.video.off', 'yes'], ['sightline.audio.off', '']]);
    for (const [key, value] of old) tab.setItem(key, value);
    const restored = new CaptureMemory(tab, browser);
    assert.deepEqual([restored.recall('video', 'off'), restored.recall('audio', 'off')], ['', 'yes']);
});
