// The running interview: pictures first, then who is there, our own picture, and the few buttons.

import { useEffect, useRef, useState } from 'preact/hooks';
import { speaker } from '../capture/devices';
import { t } from '../i18n';
import { Header } from '../ui/header';
import { DevicesIcon, LeaveIcon, NoteIcon } from '../ui/icons';
import { KeysBand, WordsBand, WordsLine } from '../ui/keys_band';
import { PagesOrigin } from '../ui/pages_origin';
import { Roster } from '../ui/roster';
import { Stage } from '../ui/stage';
import { CaptureButton } from './capture_button';
import { CaptureTrouble, DeviceFields } from './device_fields';
import type { Interview } from './interview';
import { NoteField } from './note_field';
import { SelfView } from './self_view';
import { EndDialog, WishButtons, WishTrouble } from './wishes';

function DeviceDialog({ interview, close }: { interview: Interview; close: () => void }) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => dialog.current?.showModal(), []);
    return (
        <dialog ref={dialog} aria-labelledby="devices-heading" onClose={close}>
            <h2 id="devices-heading">{t('devices')}</h2>
            <DeviceFields interview={interview} />
            <PagesOrigin hub={interview.hub} endToEnd={interview.endToEnd} />
            <button type="button" class="primary" onClick={() => dialog.current?.close()}>{t('devices_close')}</button>
        </dialog>
    );
}

export function Call({ interview }: { interview: Interview }) {
    const [choosing, setChoosing] = useState(false);
    const [noting, setNoting] = useState(false);
    const [ending, setEnding] = useState(false);
    const { control, down, microphone, camera, endToEnd } = interview;
    const people = endToEnd.people.value;
    const self = control.welcome.value?.self ?? '';
    return (
        <div class="call">
            <div class="head">
                <Header
                    title={control.title.value || t('console_title')}
                    connection={interview.connection.value}
                    standing={control.standing.value}
                />
                <KeysBand endToEnd={endToEnd} />
                <WordsBand
                    endToEnd={endToEnd} leave={() => interview.leave()}
                    end={control.may.value.includes('end') ? () => setEnding(true) : undefined}
                />
            </div>
            <main>
                <Stage
                    slots={interview.slots.value}
                    people={people}
                    unavailable={endToEnd.unavailable.value}
                    hasKeys={endToEnd.conversation.open.value}
                    self={self}
                    standing={control.standing.value}
                    watcher="interviewer"
                    streams={down.streams.value}
                    connected={down.leg.line.value === 'connected'}
                    speaker={speaker.value}
                />
                <aside tabIndex={0} aria-label={t('roster')}>
                    <SelfView camera={camera} />
                    <WordsLine endToEnd={endToEnd} asks />
                    <Roster people={people} self={self} />
                </aside>
            </main>
            <footer class="controls">
                <WishTrouble control={control} />
                {!choosing && <CaptureTrouble capture={microphone} />}
                {!choosing && <CaptureTrouble capture={camera} />}
                {noting && <NoteField notes={endToEnd.notes} />}
                <div class="control-row">
                    <CaptureButton capture={microphone} />
                    <CaptureButton capture={camera} />
                    <button type="button" class="control" aria-haspopup="dialog" onClick={() => setChoosing(true)}>
                        <DevicesIcon />
                        <span class="control-text">{t('devices')}</span>
                    </button>
                    {control.welcome.value?.role === 'interviewer' && (
                        <button
                            type="button" class="control" data-action="note" aria-expanded={noting}
                            onClick={() => setNoting(!noting)}
                        >
                            <NoteIcon />
                            <span class="control-text">{t('note')}</span>
                        </button>
                    )}
                    <WishButtons control={control} />
                    <button type="button" class="control leave" data-action="leave" onClick={() => interview.leave()}>
                        <LeaveIcon />
                        <span class="control-text">{t('leave')}</span>
                    </button>
                </div>
            </footer>
            {ending && <EndDialog control={control} close={() => setEnding(false)} />}
            {choosing && <DeviceDialog interview={interview} close={() => setChoosing(false)} />}
        </div>
    );
}
