// Fields of the staff's forms.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface TextProps {
    readonly id: string;
    readonly label: string;
    readonly value: string;
    readonly change: (value: string) => void;
    readonly type?: 'text' | 'datetime-local' | 'number';
    readonly hint?: string;
}

export function TextField({ id, label, value, change, type = 'text', hint }: TextProps) {
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <input
                // Preact's types know each kind of field by itself only.
                id={id} name={id} type={type as 'text'} dir="auto" autocomplete="off" value={value} aria-describedby={hint === undefined ? undefined : `${id}-hint`}
                onInput={(event) => change(event.currentTarget.value)}
            />
            {hint !== undefined && <p class="hint" id={`${id}-hint`}>{hint}</p>}
        </div>
    );
}

interface ChoiceProps<T extends string> {
    readonly id: string;
    readonly label: string;
    readonly value: T;
    readonly options: readonly (readonly [T, string])[];
    readonly change: (value: T) => void;
}

export function Choice<T extends string>({ id, label, value, options, change }: ChoiceProps<T>) {
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <select id={id} name={id} value={value} onChange={(event) => change(event.currentTarget.value as T)}>
                {options.map(([each, name]) => <option key={each} value={each}>{name}</option>)}
            </select>
        </div>
    );
}

interface TickProps {
    readonly name: string;
    readonly checked: boolean;
    readonly change: (checked: boolean) => void;
    readonly children: ComponentChildren;
}

export function Tick({ name, checked, change, children }: TickProps) {
    return (
        <label class="choice">
            <input type="checkbox" name={name} checked={checked} onChange={(event) => change(event.currentTarget.checked)} />
            <span>{children}</span>
        </label>
    );
}

/** A tick that the kiosk keeps: shown as touched at once, and as the kiosk has it when it has answered. */
export function KeptTick({ name, checked, keep, children }: {
    readonly name: string;
    readonly checked: boolean;
    readonly keep: (checked: boolean) => Promise<void>;
    readonly children: ComponentChildren;
}) {
    const [touched, setTouched] = useState<boolean | undefined>(undefined);
    const change = async (wanted: boolean): Promise<void> => {
        setTouched(wanted);
        await keep(wanted);
        setTouched(undefined);
    };
    return (
        <label class="choice">
            <input
                type="checkbox" name={name} data-check={name} checked={touched ?? checked}
                onChange={(event) => void change(event.currentTarget.checked)}
            />
            <span>{children}</span>
        </label>
    );
}
