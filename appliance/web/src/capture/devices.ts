// Which cameras, microphones and speakers this computer has. Names are known only after the person has allowed one.

import { signal } from '@preact/signals';

export const devices = signal<readonly MediaDeviceInfo[]>([]);
/** The chosen speaker; empty: the system's choice. */
export const speaker = signal('');
export const canChooseSpeaker = 'setSinkId' in HTMLMediaElement.prototype;

export async function refreshDevices(): Promise<void> {
    devices.value = await navigator.mediaDevices.enumerateDevices();
    const there = devices.value.some((device) => device.kind === 'audiooutput' && device.deviceId === speaker.value);
    if (!there) speaker.value = '';
}

export function watchDevices(): void {
    navigator.mediaDevices.addEventListener('devicechange', () => void refreshDevices());
}
