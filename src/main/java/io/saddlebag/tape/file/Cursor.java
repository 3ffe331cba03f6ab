package io.saddlebag.tape.file;

/**
 * A place between two objects of a cartridge.
 *
 * @param object blocks and filemarks before it
 * @param filemarks filemarks before it
 * @param offsetBytes where the next object begins in the file
 */
record Cursor(long object, long filemarks, long offsetBytes) {
    static final Cursor BEGINNING = new Cursor(0, 0, 0);

    Cursor behindBlock(long atBytes, int blockBytes) {
        return new Cursor(object + 1, filemarks, atBytes + TapFormat.recordBytes(blockBytes));
    }

    Cursor behindFilemark(long atBytes) {
        return new Cursor(object + 1, filemarks + 1, atBytes + TapFormat.MARK_BYTES);
    }

    Cursor beforeFilemark() {
        return new Cursor(object - 1, filemarks - 1, offsetBytes - TapFormat.MARK_BYTES);
    }
}
