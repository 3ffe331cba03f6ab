package io.saddlebag.scsi;

import io.saddlebag.scsi.ScsiCommand.Direction;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Commands of a sequential device (SSC-3, 5 to 7). Time-outs are those that IBM gives for LTO-9, the slowest: less would
 * give up on a drive that is at work.
 */
public final class TapeCommands {
    public static final Duration LOAD = Duration.ofMinutes(16);
    /** An LTO-9 drive measures a new cartridge when it is loaded for the first time: up to two hours, say vendors. */
    public static final Duration FIRST_LOAD = Duration.ofMinutes(150);

    public static final Duration REWIND = Duration.ofMinutes(10);
    public static final Duration LOCATE = Duration.ofMinutes(49);
    public static final Duration READ = Duration.ofMinutes(39);
    public static final Duration WRITE = Duration.ofMinutes(25);
    public static final Duration WRITE_FILEMARKS = Duration.ofMinutes(27);
    public static final Duration ERASE = Duration.ofSeconds(74_341);

    /** Transfer lengths have 24 bits. */
    public static final int LONGEST_BLOCK = 0xff_ffff;

    /** What SPACE counts. */
    public enum Space {
        BLOCKS(0),
        FILEMARKS(1),
        END_OF_DATA(3);

        private final int code;

        Space(int code) {
            this.code = code;
        }
    }

    private TapeCommands() {}

    /** @param answer six bytes */
    public static ScsiCommand readBlockLimits(ByteBuffer answer) {
        return new ScsiCommand(
                "READ BLOCK LIMITS", Cdb.of(0x05, 0, 0, 0, 0, 0), Direction.IN, answer, PrimaryCommands.SHORT);
    }

    /** One block of variable length, all of the buffer's remaining bytes. */
    public static ScsiCommand write(ByteBuffer block) {
        int n = block.remaining();
        return new ScsiCommand("WRITE(6)", Cdb.of(0x0a, 0, high(n), middle(n), low(n), 0), Direction.OUT, block, WRITE);
    }

    /** One block of variable length, of at most the buffer's remaining bytes; a shorter one is reported (no SILI). */
    public static ScsiCommand read(ByteBuffer into) {
        int n = into.remaining();
        return new ScsiCommand("READ(6)", Cdb.of(0x08, 0, high(n), middle(n), low(n), 0), Direction.IN, into, READ);
    }

    /** Returns when all that was written so far is on the medium; with 0 it only does that. */
    public static ScsiCommand writeFilemarks(int count) {
        return plain("WRITE FILEMARKS(6)", Cdb.of(0x10, 0, 0, 0, count, 0), WRITE_FILEMARKS);
    }

    public static ScsiCommand rewind() {
        return plain("REWIND", Cdb.of(0x01, 0, 0, 0, 0, 0), REWIND);
    }

    /** @param count negative goes back; ignored for the end of data */
    public static ScsiCommand space(Space what, int count) {
        if (count > 0x7f_ffff || count < -0x80_0000) {
            throw new IllegalArgumentException("SPACE(6) counts with 24 bits, not " + count);
        }
        int n = count & 0xff_ffff;
        return plain("SPACE(6)", Cdb.of(0x11, what.code, high(n), middle(n), low(n), 0), LOCATE);
    }

    /** In the present partition. */
    public static ScsiCommand locate(long block) {
        if (block < 0) {
            throw new IllegalArgumentException("there is no block " + block);
        }
        if (block <= 0xffff_ffffL) {
            int n = (int) block;
            return plain("LOCATE(10)", Cdb.of(0x2b, 0, 0, n >>> 24, high(n), middle(n), low(n), 0, 0, 0), LOCATE);
        }
        int[] cdb = new int[16];
        cdb[0] = 0x92;
        for (int i = 0; i < Long.BYTES; i++) {
            cdb[4 + i] = (int) (block >>> (8 * (Long.BYTES - 1 - i))) & 0xff;
        }
        return plain("LOCATE(16)", Cdb.of(cdb), LOCATE);
    }

    /** Short form; the answer has {@link ReportedPosition#SHORT_BYTES} bytes. */
    public static ScsiCommand readPosition(ByteBuffer answer) {
        return new ScsiCommand(
                "READ POSITION", Cdb.of(0x34, 0, 0, 0, 0, 0, 0, 0, 0, 0), Direction.IN, answer, PrimaryCommands.SHORT);
    }

    /** Long form; the answer has {@link ReportedPosition#LONG_BYTES} bytes. */
    public static ScsiCommand readPositionLong(ByteBuffer answer) {
        return new ScsiCommand(
                "READ POSITION long form",
                Cdb.of(0x34, 0x06, 0, 0, 0, 0, 0, 0, 0, 0),
                Direction.IN,
                answer,
                PrimaryCommands.SHORT);
    }

    /** @param limit {@link #FIRST_LOAD} for drives that measure a new cartridge, else {@link #LOAD} */
    public static ScsiCommand load(Duration limit) {
        return plain("LOAD", Cdb.of(0x1b, 0, 0, 0, 1, 0), limit);
    }

    /** The eject button does nothing, and UNLOAD is refused, until {@link #allowRemoval} or a reset (SSC-3, 4.2.3). */
    public static ScsiCommand preventRemoval() {
        return plain("PREVENT MEDIUM REMOVAL", Cdb.of(0x1e, 0, 0, 0, 1, 0), PrimaryCommands.SHORT);
    }

    /** Ends what {@link #preventRemoval} began, whichever process of this host did. */
    public static ScsiCommand allowRemoval() {
        return plain("ALLOW MEDIUM REMOVAL", Cdb.of(0x1e, 0, 0, 0, 0, 0), PrimaryCommands.SHORT);
    }

    public static ScsiCommand unload() {
        return plain("UNLOAD", Cdb.of(0x1b, 0, 0, 0, 0, 0), LOAD);
    }

    /** From here on, without overwriting to the end of the tape. */
    public static ScsiCommand eraseShort() {
        return plain("ERASE", Cdb.of(0x19, 0, 0, 0, 0, 0), WRITE_FILEMARKS);
    }

    /** Densities of the drive, not of the medium in it. */
    public static ScsiCommand reportDensities(ByteBuffer answer) {
        int room = answer.remaining();
        return new ScsiCommand(
                "REPORT DENSITY SUPPORT",
                Cdb.of(0x44, 0, 0, 0, 0, 0, 0, room >> 8, room & 0xff, 0),
                Direction.IN,
                answer,
                PrimaryCommands.SHORT);
    }

    /** @param page 0 for header and block descriptor only */
    public static ScsiCommand modeSense(int page, ByteBuffer answer) {
        return modeSense(page, 0, answer);
    }

    /** As {@link #modeSense(int, ByteBuffer)}, of a page that has subpages. */
    public static ScsiCommand modeSense(int page, int subpage, ByteBuffer answer) {
        return new ScsiCommand(
                "MODE SENSE(6)",
                Cdb.of(0x1a, 0, page, subpage, Math.min(0xff, answer.remaining()), 0),
                Direction.IN,
                answer,
                PrimaryCommands.SHORT);
    }

    /** @param parameters as {@link TapeMode#toBytes} makes them */
    public static ScsiCommand modeSelect(ByteBuffer parameters) {
        return new ScsiCommand(
                "MODE SELECT(6)",
                Cdb.of(0x15, 0x10, 0, 0, parameters.remaining(), 0),
                Direction.OUT,
                parameters,
                PrimaryCommands.SHORT);
    }

    private static ScsiCommand plain(String name, Cdb cdb, Duration timeout) {
        return new ScsiCommand(name, cdb, Direction.NONE, null, timeout);
    }

    private static int high(int n) {
        return n >> 16 & 0xff;
    }

    private static int middle(int n) {
        return n >> 8 & 0xff;
    }

    private static int low(int n) {
        return n & 0xff;
    }
}
