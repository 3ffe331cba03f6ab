package io.saddlebag.tape.st;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.scsi.sg.ScsiDebug;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The kernel's tape driver on the kernel's simulated drive, which fails on demand: right data or a loud failure, and where
 * the tape stands then is asked, not guessed. Run by {@code scripts/hardware-lab} only.
 *
 * <p>Of each block the drive keeps the first four bytes: the block's number.
 */
@Tag("M3")
class StFaultsHardwareLab {
    private static final Path DEVICE = Path.of("/dev/nst0");
    private static final int BLOCK = 512;
    private static final int UNITS = 10_000;
    /** The simulated drive warns so many units before its end. */
    private static final int WARNING = 20;

    private static final int FILEMARK = -1;

    static final int TEST_UNIT_READY = 0x00;
    static final int REWIND = 0x01;
    static final int READ = 0x08;
    static final int WRITE = 0x0a;
    static final int WRITE_FILEMARKS = 0x10;
    static final int SPACE = 0x11;
    static final int LOCATE = 0x2b;

    /** Errors of the sweep that a drive could tell. */
    private static final int MOST_TOLD = 15 * 18;

    /** News may wait for a few commands. */
    private static final int MOST_ATTEMPTS = 4;

    static final int CHECK_CONDITION = 2;
    static final int NOT_READY = 2;
    private static final int MEDIUM_ERROR = 3;

    private TapeDrive drive;

    protected TapeDrive opened() throws IOException {
        return StTapeDrive.open("DRIVE1", DEVICE, new BlockLimits(BLOCK, 1 << 20));
    }

    /** The kernel says no more than that of a filemark (EIO). */
    protected TapeFault markWithoutRoom() {
        return TapeFault.DRIVE_ERROR;
    }

    @BeforeEach
    void beginWithABlankTape() throws IOException {
        ScsiDebug.calm();
        drive = opened();
        drive.load();
        drive.rewind();
        // a drive on a blank tape isn't believed until it has said once where it stands behind something
        write(0);
        assertThat(asked()).isEqualTo(1);
        drive.rewind();
        drive.erase();
        drive.rewind();
    }

    @AfterEach
    void closeDrive() throws IOException {
        ScsiDebug.calm();
        drive.close();
    }

    @Test
    @Tag("M6")
    void warns_before_the_hard_end_and_loses_no_block_there() throws IOException {
        int blocks = 0;
        int warned = -1;
        boolean ended = false;
        while (!ended) {
            boolean refused = false;
            try {
                if (write(blocks) == WriteOutcome.WRITTEN_PAST_EARLY_WARNING && warned < 0) {
                    warned = blocks;
                }
            } catch (TapeException e) {
                assertThat(e.code()).as("block %d: %s", blocks, e.getMessage()).isEqualTo(TapeFault.END_OF_MEDIUM);
                refused = true;
                warned = warned < 0 ? blocks : warned;
            }
            // this drive says also of blocks that it wrote that nothing of them was written
            long stands = refused ? asked() : blocks + 1;
            ended = stands == blocks;
            assertThat(stands).as("after block %d", blocks).isBetween((long) blocks, blocks + 1L);
            blocks += ended ? 0 : 1;
        }
        assertThat(warned).isEqualTo(UNITS - WARNING);
        assertThat(blocks).isEqualTo(UNITS - 1);
        TapeException mark = catchThrowableOfType(TapeException.class, () -> drive.writeFilemarks(1));
        assertThat(mark.code()).isEqualTo(markWithoutRoom());
        assertThat(asked()).isEqualTo(UNITS - 1);

        drive.rewind();
        for (int i = 0; i < blocks; i++) {
            assertThat(next()).isEqualTo(i);
        }
        assertThat(drive.read(room())).isEqualTo(ReadOutcome.END_OF_DATA);
    }

    @Test
    @Tag("M6")
    void what_ends_a_volume_fits_behind_early_warning() throws IOException {
        int blocks = 0;
        boolean warned = false;
        while (!warned) {
            try {
                warned = write(blocks) == WriteOutcome.WRITTEN_PAST_EARLY_WARNING;
            } catch (TapeException e) {
                assertThat(e.code()).isEqualTo(TapeFault.END_OF_MEDIUM);
                assertThat(asked()).isEqualTo(blocks + 1L);
                warned = true;
            }
            blocks++;
        }
        drive.writeFilemarks(1);
        for (int label = 0; label < 4; label++) {
            write(blocks + label);
        }
        drive.writeFilemarks(2);
        assertThat(asked()).isEqualTo(blocks + 7L).isEqualTo(ScsiDebug.stands());

        drive.locate(new BlockAddress(blocks - 1L));
        assertThat(next()).isEqualTo(blocks - 1);
        assertThat(next()).isEqualTo(FILEMARK);
        for (int label = 0; label < 4; label++) {
            assertThat(next()).isEqualTo(blocks + label);
        }
        assertThat(List.of(next(), next())).containsOnly(FILEMARK);
        assertThat(drive.read(room())).isEqualTo(ReadOutcome.END_OF_DATA);
    }

    @Test
    @Tag("M9")
    void a_block_that_can_not_be_read_is_not_passed_and_comes_when_it_can_be() throws IOException {
        record(4);
        drive.rewind();
        assertThat(next()).isZero();
        ScsiDebug.answer(2, READ, 0, CHECK_CONDITION, MEDIUM_ERROR, 0x11, 0);
        for (int i = 0; i < 2; i++) {
            TapeException failure = catchThrowableOfType(TapeException.class, this::next);
            assertThat(failure.code()).isEqualTo(TapeFault.MEDIUM_ERROR);
            assertThat(asked()).isEqualTo(1).isEqualTo(ScsiDebug.stands());
        }
        assertThat(List.of(next(), next(), next())).containsExactly(1, 2, 3);
    }

    @Test
    @Tag("M6")
    void a_block_that_was_not_written_is_not_there_and_may_be_written_again() throws IOException {
        record(3);
        ScsiDebug.answer(1, WRITE, 0, CHECK_CONDITION, MEDIUM_ERROR, 0x0c, 0);
        TapeException failure = catchThrowableOfType(TapeException.class, () -> write(3));
        assertThat(failure.code()).isIn(TapeFault.MEDIUM_ERROR, TapeFault.DRIVE_ERROR);
        assertThat(asked()).isEqualTo(3).isEqualTo(ScsiDebug.stands());
        write(3);
        write(4);
        holds(0, 1, 2, 3, 4);
    }

    @Test
    @Tag("M6")
    @Tag("Q11")
    void a_block_whose_answer_was_lost_is_on_the_tape_once() throws IOException {
        record(3);
        ScsiDebug.loseAnswers();
        isOnTheTapeThough(3);
        ScsiDebug.spoilAnswers();
        isOnTheTapeThough(4);
        write(5);
        holds(0, 1, 2, 3, 4, 5);
    }

    /** Writing it failed, and the drive knows better, or the tape itself. */
    private void isOnTheTapeThough(int block) throws IOException {
        TapeException failure = catchThrowableOfType(TapeException.class, () -> write(block));
        ScsiDebug.calm();
        assertThat(failure.code()).isEqualTo(TapeFault.DRIVE_ERROR);
        long stands = found();
        assertThat(stands).isEqualTo(ScsiDebug.stands());
        if (stands != block + 1L) {
            // the kernel has reset the drive, and has heard itself what the drive said of that
            assertThat(stands).isZero();
            drive.spaceToEndOfData();
        }
        assertThat(asked()).isEqualTo(block + 1L);
    }

    @Test
    @Tag("M9")
    @Tag("Q11")
    void a_reset_that_rewinds_the_tape_lets_nothing_be_written_over_its_beginning() throws IOException {
        record(3);
        drive.writeFilemarks(1);
        write(3);
        ScsiDebug.reset();

        TapeException failure = catchThrowableOfType(TapeException.class, () -> write(4));
        assertThat(failure).as("a block written where nobody knows").isNotNull();
        assertThat(ScsiDebug.stands()).isZero();
        saysOnlyThat(0);
        rewound();
        drive.spaceToEndOfData();
        assertThat(asked()).isEqualTo(5);
        write(4);
        holds(0, 1, 2, FILEMARK, 3, 4);
    }

    private interface Strike {
        void at(int operation) throws IOException;
    }

    /** One way to fail, of a command or of the way to the drive. */
    private record Kind(String name, Strike strike) {
        static Kind sense(String name, int key, int asc, int ascq) {
            return answer(name, 0, CHECK_CONDITION, key, asc, ascq);
        }

        static Kind answer(String name, int host, int status, int key, int asc, int ascq) {
            return new Kind(name, operation -> ScsiDebug.answer(1, operation, host, status, key, asc, ascq));
        }
    }

    private static final List<Kind> KINDS = List.of(
            Kind.sense("not ready, becoming ready", 2, 0x04, 0x01),
            Kind.sense("medium error, write", 3, 0x0c, 0x00),
            Kind.sense("medium error, read", 3, 0x11, 0x00),
            Kind.sense("hardware error", 4, 0x44, 0x00),
            Kind.sense("unit attention, reset", 6, 0x29, 0x00),
            Kind.sense("unit attention, medium may have changed", 6, 0x28, 0x00),
            Kind.sense("unit attention, mode parameters changed", 6, 0x2a, 0x01),
            Kind.sense("aborted command", 0xb, 0x4b, 0x00),
            Kind.answer("host adapter error", 0x07, 0, 0, 0, 0),
            Kind.answer("no connection", 0x01, 0, 0, 0, 0),
            Kind.answer("busy", 0, 0x08, 0, 0, 0),
            Kind.answer("reservation conflict", 0, 0x18, 0, 0, 0),
            new Kind("reset before it", operation -> ScsiDebug.reset()),
            new Kind("carried out, answer lost", operation -> ScsiDebug.loseAnswers()),
            new Kind("carried out, answer spoilt", operation -> ScsiDebug.spoilAnswers()));

    /** What is on the tape in the end. */
    private static final List<Integer> WHOLE = List.of(0, 1, 2, FILEMARK, 4, 5, FILEMARK);

    private interface Action {
        void run() throws IOException;
    }

    /**
     * @param operation of the command that does it
     * @param before where the tape stands then
     * @param behind where it stands when it was done
     * @param writes what was done must not be done again
     */
    private record Step(String name, int operation, int before, int behind, boolean writes, Action action) {}

    /** Writes a tape, moves on it, and reads all of it. */
    private List<Step> session() {
        List<Step> steps = new ArrayList<>();
        int all = WHOLE.size();
        for (int at = 0; at < all; at++) {
            int object = WHOLE.get(at);
            int operation = object == FILEMARK ? WRITE_FILEMARKS : WRITE;
            steps.add(new Step("write " + at, operation, at, at + 1, true, () -> put(object)));
        }
        steps.add(new Step("rewind", REWIND, all, 0, false, () -> drive.rewind()));
        steps.add(new Step("space", SPACE, 0, 4, false, () -> drive.spaceFilemarks(1)));
        steps.add(new Step("locate", LOCATE, 4, 0, false, () -> drive.locate(BlockAddress.BEGINNING)));
        for (int at = 0; at < all; at++) {
            int expected = WHOLE.get(at);
            steps.add(new Step(
                    "read " + at,
                    READ,
                    at,
                    at + 1,
                    false,
                    () -> assertThat(next()).isEqualTo(expected)));
        }
        steps.add(new Step(
                "read the end",
                READ,
                all,
                all,
                false,
                () -> assertThat(drive.read(room())).isEqualTo(ReadOutcome.END_OF_DATA)));
        return steps;
    }

    @Test
    @Tag("Q11")
    void every_error_at_every_step_is_loud_and_the_tape_is_right_in_the_end() throws IOException {
        int told = 0;
        int silent = 0;
        for (Kind kind : KINDS) {
            for (int struck = 0; struck < session().size(); struck++) {
                closeDrive();
                beginWithABlankTape();
                int failures = 0;
                for (int i = 0; i < session().size(); i++) {
                    Step step = session().get(i);
                    if (i == struck) {
                        kind.strike().at(step.operation());
                    }
                    failures +=
                            carriedOut(kind.name() + " at step " + struck + ", in step " + step.name(), step) ? 0 : 1;
                }
                told += failures > 0 ? 1 : 0;
                silent += failures > 0 ? 0 : 1;
            }
        }
        System.out.println("         " + told + " errors were told, and all was right after them; " + silent
                + " the kernel dealt with, or the step doesn't send that command");
        assertThat(told).isGreaterThan(MOST_TOLD / 2);
    }

    /**
     * Carries out a step, once or again. After a failure the drive decides: what it has written is not written again.
     *
     * @return whether it succeeded at once
     */
    private boolean carriedOut(String what, Step step) throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try {
                step.action().run();
                ScsiDebug.calm();
                return attempt == 0;
            } catch (TapeException e) {
                ScsiDebug.calm();
                assertThat(e.getMessage()).as(what).contains("DRIVE1").contains("HINT: ");
            } catch (AssertionError e) {
                throw new AssertionError(what, e);
            }
            try {
                long stands = found();
                assertThat(stands).as(what).isEqualTo(ScsiDebug.stands());
                if (step.writes() && stands == step.behind()) {
                    return false;
                }
                if (stands != step.before()) {
                    drive.locate(new BlockAddress(step.before()));
                }
            } catch (TapeException e) {
                throw new AssertionError(what, e);
            }
        }
        throw new AssertionError(what + ": does not go on");
    }

    /** Where the tape stands: as the drive says, or at the end of data when nobody knows. */
    private long found() throws IOException {
        try {
            return asked();
        } catch (TapeException e) {
            assertThat(e.code()).isEqualTo(TapeFault.POSITION_LOST);
            rewound();
            drive.spaceToEndOfData();
            return asked();
        }
    }

    /** The position is this one, or the drive says that nobody knows it. */
    private void saysOnlyThat(long position) throws IOException {
        try {
            assertThat(asked()).isEqualTo(position);
        } catch (TapeException e) {
            assertThat(e.code()).isEqualTo(TapeFault.POSITION_LOST);
        }
    }

    /** What was in a buffer when the position was lost is told once, by whatever comes next. */
    private void rewound() throws IOException {
        try {
            drive.rewind();
        } catch (TapeException e) {
            assertThat(e.code()).isEqualTo(TapeFault.DRIVE_ERROR);
            drive.rewind();
        }
    }

    private void put(int object) throws IOException {
        if (object == FILEMARK) {
            drive.writeFilemarks(1);
        } else {
            write(object);
        }
    }

    protected final WriteOutcome write(int number) throws IOException {
        return drive.write(ByteBuffer.allocateDirect(BLOCK).putInt(0, number));
    }

    protected final void record(int blocks) throws IOException {
        for (int i = 0; i < blocks; i++) {
            write(i);
        }
    }

    /** The number of the next block, or {@link #FILEMARK}. */
    private int next() throws IOException {
        ByteBuffer into = room();
        ReadOutcome outcome = drive.read(into);
        if (outcome.kind() == ReadOutcome.Kind.FILEMARK) {
            return FILEMARK;
        }
        assertThat(outcome).isEqualTo(ReadOutcome.block(BLOCK));
        return into.getInt(0);
    }

    protected final void holds(int... objects) throws IOException {
        drive.rewind();
        for (int object : objects) {
            assertThat(next()).isEqualTo(object);
        }
        assertThat(drive.read(room())).isEqualTo(ReadOutcome.END_OF_DATA);
    }

    /** Another user of the same tape. */
    protected final void loadAgain() throws IOException {
        drive = opened();
        drive.load();
    }

    /** What the drive says when it is asked, after one contradiction at most. */
    protected final long asked() throws IOException {
        try {
            return drive.position().next().value();
        } catch (TapeException e) {
            assertThat(e.code()).isEqualTo(TapeFault.POSITION_LOST);
            return drive.position().next().value();
        }
    }

    private static ByteBuffer room() {
        return ByteBuffer.allocateDirect(BLOCK);
    }
}
