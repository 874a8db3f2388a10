// Small pictures for the README: Chromium, which is there anyway, makes WebP of what it has pictured.
import { writeFile } from 'node:fs/promises';

/** Pictures the page as it is on the screen, at most `width` wide. */
export async function takeWebp(page, file, width) {
    const png = (await page.screenshot({ animations: 'disabled', caret: 'hide' })).toString('base64');
    // In a page of its own: the policy of ours lets it draw no foreign picture.
    const blank = await page.context().newPage();
    const webp = await blank.evaluate(async ([bytes, most]) => {
        const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${bytes}`)).blob());
        const scale = Math.min(1, most / picture.width);
        const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
        const context = canvas.getContext('2d');
        context.imageSmoothingQuality = 'high';
        context.drawImage(picture, 0, 0, canvas.width, canvas.height);
        const packed = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 })).arrayBuffer());
        return btoa(Array.from(packed, (byte) => String.fromCharCode(byte)).join(''));
    }, [png, width]);
    await blank.close();
    const bytes = Buffer.from(webp, 'base64');
    await writeFile(file, bytes);
    return bytes.length;
}
