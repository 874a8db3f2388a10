// The little that the pages read and write in SDP themselves. Pure text to text.

/**
 * The body of an ICE restart (RFC 9725 section 4.3.3, RFC 8840): the new credentials of an offer, once,
 * because all its sections are bundled.
 */
export function restartFragment(offer: string): string {
    const lines = offer.split(/\r?\n/);
    const media = lines.findIndex((line) => line.startsWith('m='));
    const first = (prefix: string): string => {
        const found = lines.find((line) => line.startsWith(prefix));
        if (found === undefined) throw new Error(`the offer has no ${prefix} line`);
        return found;
    };
    const group = lines.find((line) => line.startsWith('a=group:BUNDLE'));
    return [
        ...(group === undefined ? [] : [group]),
        media < 0 ? first('m=') : (lines[media] as string),
        first('a=mid:'),
        first('a=ice-ufrag:'),
        first('a=ice-pwd:'),
        '',
    ].join('\r\n');
}

/** The hub's last answer with the credentials (and candidates, if any) of its reply to an ICE restart. */
export function answerAfterRestart(answer: string, fragment: string): string {
    const fresh = fragment.split(/\r?\n/);
    const ufrag = fresh.find((line) => line.startsWith('a=ice-ufrag:'));
    const pwd = fresh.find((line) => line.startsWith('a=ice-pwd:'));
    if (ufrag === undefined || pwd === undefined) throw new Error('the reply to the ICE restart has no credentials');
    const candidates = fresh.filter((line) => line.startsWith('a=candidate:'));
    const kept = answer.split(/\r?\n/).filter((line) => candidates.length === 0 || !line.startsWith('a=candidate:'));
    const out: string[] = [];
    let sections = 0;
    for (const line of kept) {
        if (line.startsWith('m=')) ++sections;
        if (line.startsWith('a=ice-ufrag:')) out.push(ufrag);
        else if (line.startsWith('a=ice-pwd:')) {
            out.push(pwd);
            // Candidates belong to a media section; the first carries them for the whole bundle.
            if (sections === 1) out.push(...candidates);
        } else out.push(line);
    }
    return out.join('\r\n');
}

/**
 * The description with Opus at a constant rate and without pauses in transmission, so that packet sizes tell nothing
 * of what is said (RFC 7587 section 6.1). A sender takes both from the other side's description.
 */
export function withConstantRate(description: string): string {
    const types = [...description.matchAll(/^a=rtpmap:(\d+) opus\//gim)].map(([, type]) => type ?? '');
    return types.reduce((text, type) => {
        const wanted = 'cbr=1;usedtx=0';
        const line = new RegExp(`^a=fmtp:${type} (.*?)(\\r?)$`, 'gm');
        if (!line.test(text)) return text.replace(new RegExp(`^a=rtpmap:${type} .*?(?=\\r?$)`, 'gim'), `$&\r\na=fmtp:${type} ${wanted}`);
        return text.replace(line, (_, format: string, end: string) => {
            const others = format.split(';').map((one) => one.trim()).filter((one) => one !== '' && !/^(cbr|usedtx)=/i.test(one));
            return `a=fmtp:${type} ${[...others, wanted].join(';')}${end}`;
        });
    }, description);
}

/**
 * The answer with `a=ptime` in its audio sections. A sender takes its packet time from there, and a
 * constant one (with Opus at constant bit rate) leaves nothing to read from packet sizes.
 */
export function withPacketTime(answer: string, ms: number): string {
    const sections = answer.split(/(?=^m=)/m);
    return sections
        .map((section) => {
            if (!section.startsWith('m=audio') || /^a=ptime:/m.test(section)) return section;
            return `${section.replace(/\r?\n$/, '')}\r\na=ptime:${ms}\r\n`;
        })
        .join('');
}
