// The words of rtc/connection_words.ts as a signal that follows the lines.

import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { ConnectionWords, kBackMs, type Connection, type Line } from './connection_words';

export interface Lines {
    readonly control: ReadonlySignal<Line>;
    readonly up: ReadonlySignal<Line>;
    readonly down: ReadonlySignal<Line>;
}

/** For the life of the page. */
export function watchConnection(lines: Lines): ReadonlySignal<Connection> {
    const words = new ConnectionWords();
    const connection = signal<Connection>('idle');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = (): void => {
        clearTimeout(timer);
        connection.value = words.update(lines.control.value, lines.up.value, lines.down.value, performance.now());
        if (connection.value === 'back') timer = setTimeout(update, kBackMs);
    };
    effect(() => {
        void [lines.control.value, lines.up.value, lines.down.value];
        update();
    });
    return connection;
}
