// The staff's door: name and PIN, also by touch alone; and the store's PIN, while it is locked.

import { useState } from 'preact/hooks';
import type { Desk } from '../desk';
import { kOwnWords, type Refusal, type Reply } from '../kiosk_api';
import { Lock } from '../pictograms';
import { k } from '../texts';
import { Trouble } from '../trouble';
import { Heading } from '../applicant/heading';

const kDigits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

interface PinProps {
    readonly id: string;
    readonly label: string;
    readonly pin: string;
    readonly change: (pin: string) => void;
}

export function PinField({ id, label, pin, change }: PinProps) {
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <input
                id={id} name={id} type="password" inputMode="numeric" autocomplete="off" value={pin}
                onInput={(event) => change(event.currentTarget.value)}
            />
        </div>
    );
}

/** Digits as large as a finger; a PIN with letters is typed. */
export function PinPad({ pin, change }: { pin: string; change: (pin: string) => void }) {
    return (
        <div class="pin-pad" role="group" aria-label={k('pin_pad')}>
            {kDigits.map((digit) => (
                <button key={digit} type="button" data-digit={digit} onClick={() => change(pin + digit)}>{digit}</button>
            ))}
            <button type="button" data-action="pin-back" onClick={() => change(pin.slice(0, -1))}>{k('pin_back')}</button>
        </div>
    );
}

interface DoorProps {
    readonly desk: Desk;
    readonly heading: string;
    readonly text: string;
}

function useSending(send: () => Promise<Reply<object>>, after: () => void) {
    const [trouble, setTrouble] = useState<Refusal>();
    const [sending, setSending] = useState(false);
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        if (sending) return;
        setSending(true);
        const reply = await send();
        setSending(false);
        after();
        setTrouble(reply.ok ? undefined : reply);
    };
    return { trouble, sending, submit };
}

function Unlock({ desk, heading, text }: DoorProps) {
    const [pin, setPin] = useState('');
    const [again, setAgain] = useState('');
    const fresh = desk.store.value?.new === true;
    const { trouble, sending, submit } = useSending(async () => {
        if (fresh && pin !== again) return { ok: false, code: kOwnWords, error: k('pin_differ') };
        const reply = await desk.ask('unlock', { pin });
        await desk.lookNow();
        return reply;
    }, () => { setPin(''); setAgain(''); });
    return (
        <form class="door" data-locked onSubmit={(event) => void submit(event)}>
            <Lock />
            <Heading of="locked">{heading}</Heading>
            <p>{text}</p>
            <PinField id="store-pin" label={k('store_pin')} pin={pin} change={setPin} />
            {fresh && <PinField id="store-pin-again" label={k('store_pin_again')} pin={again} change={setAgain} />}
            {!fresh && <PinPad pin={pin} change={setPin} />}
            <Trouble refusal={trouble} />
            <button class="primary big" data-action="unlock" aria-disabled={sending}>{k(sending ? 'unlocking' : 'unlock')}</button>
        </form>
    );
}

function Door({ desk, heading, text }: DoorProps) {
    const [name, setName] = useState(desk.staff.value ?? '');
    const [pin, setPin] = useState('');
    const { trouble, sending, submit } = useSending(() => desk.signIn(name.trim(), pin), () => setPin(''));
    return (
        <form class="door" onSubmit={(event) => void submit(event)}>
            <Heading of="sign-in">{heading}</Heading>
            <p>{text}</p>
            <div class="field">
                <label for="staff-name">{k('staff_name')}</label>
                <input id="staff-name" name="staff-name" autocomplete="off" autocapitalize="off" spellcheck={false} value={name} onInput={(event) => setName(event.currentTarget.value)} />
            </div>
            <PinField id="staff-pin" label={k('staff_pin')} pin={pin} change={setPin} />
            <PinPad pin={pin} change={setPin} />
            <Trouble refusal={trouble ?? desk.refused.value} />
            <button class="primary big" data-action="sign-in" aria-disabled={sending}>{k(sending ? 'signing_in' : 'sign_in')}</button>
        </form>
    );
}

export function SignIn({ desk }: { desk: Desk }) {
    const store = desk.store.value;
    if (store !== undefined && !store.open) {
        return <Unlock desk={desk} heading={k('locked_heading')} text={k(store.new ? 'locked_new' : 'locked_text')} />;
    }
    const back = desk.handedOver.value;
    return <Door desk={desk} heading={k(back ? 'take_back_heading' : 'sign_in_heading')} text={k(back ? 'take_back_text' : 'sign_in_text')} />;
}
