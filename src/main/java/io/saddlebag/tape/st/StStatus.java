package io.saddlebag.tape.st;

import com.sun.jna.Pointer;

/** What MTIOCGET says: {@code struct mtget}, 48 bytes, of which the word of flags counts. */
record StStatus(long flags) {
    static final int BYTES = 48;
    static final int FLAGS_AT = 24;

    private static final long END_OF_TAPE = 0x20000000L;
    private static final long END_OF_DATA = 0x08000000L;
    private static final long WRITE_PROTECTED = 0x04000000L;
    private static final long ONLINE = 0x01000000L;

    static StStatus of(Pointer mtget) {
        return new StStatus(mtget.getLong(FLAGS_AT));
    }

    boolean online() {
        return has(ONLINE);
    }

    boolean writeProtected() {
        return has(WRITE_PROTECTED);
    }

    /** The last write met early warning. */
    boolean endOfTape() {
        return has(END_OF_TAPE);
    }

    boolean endOfData() {
        return has(END_OF_DATA);
    }

    private boolean has(long flag) {
        return (flags & flag) != 0;
    }
}
