package io.saddlebag.tape.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeFaultKind;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of fault at every command of a short session: right data or a loud failure, and never a guess. */
@Tag("Q11")
@Tag("M3")
@Tag("M6")
class DriveFaultSweepTest {
    private static final long SEEDS = 3;

    static Stream<Arguments> sites() {
        Set<TapeHabit> tgt = EnumSet.copyOf(TapeHabit.TGT);
        return Stream.of(
                Arguments.of("a real drive", Set.of(), DriveOptions.DEFAULT),
                Arguments.of(
                        "a short-form drive in descriptor form that stands behind errors",
                        Set.of(
                                TapeHabit.DESCRIPTOR_SENSE,
                                TapeHabit.SHORT_POSITION_ONLY,
                                TapeHabit.STANDS_BEHIND_ERRORS),
                        DriveOptions.DEFAULT),
                Arguments.of("a drive with block protection", Set.of(TapeHabit.CRC32C), DriveOptions.DEFAULT),
                Arguments.of(
                        "a drive whose block protection is required",
                        Set.of(TapeHabit.CRC32C, TapeHabit.DESCRIPTOR_SENSE, TapeHabit.NO_PROTECTION_OFFER),
                        DriveOptions.DEFAULT.withProtection(DriveOptions.Protection.REQUIRED)),
                Arguments.of("a drive without LOCATE", Set.of(TapeHabit.NO_LOCATE), DriveOptions.DEFAULT),
                Arguments.of("tgt", tgt, DriveOptions.DEFAULT.withLongReads()),
                Arguments.of(
                        "tgt, counted", tgt, DriveOptions.DEFAULT.counting().withLongReads()));
    }

    /** What a session saw; the drive may have failed at any place. */
    private static final class Session {
        final List<String> accepted = new ArrayList<>();
        final List<String> read = new ArrayList<>();
        String synchronised = "";
        boolean finished;
        BackupException failure;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sites")
    void right_data_or_a_loud_failure(String name, Set<TapeHabit> habits, DriveOptions options) throws IOException {
        SimulatedTape calm = tape(1, habits);
        Session whole = run(calm, options);
        assertThat(whole.failure).as("without faults").isNull();
        assertThat(whole.read).containsExactly("a1", "b22", "#", "c333", "#", "d4444", "#");
        Map<Integer, Integer> commands = new HashMap<>();
        for (int operation = 0; operation < 256; operation++) {
            if (calm.count(operation) > 0) {
                commands.put(operation, calm.count(operation));
            }
        }
        Set<TapeFaultKind> hit = EnumSet.noneOf(TapeFaultKind.class);
        for (TapeFaultKind kind : TapeFaultKind.values()) {
            for (Map.Entry<Integer, Integer> command : commands.entrySet()) {
                for (int n = 1; n <= command.getValue(); n++) {
                    for (long seed = 1; seed <= SEEDS; seed++) {
                        String what =
                                String.format("%s: %s at %02x no. %d, seed %d", name, kind, command.getKey(), n, seed);
                        SimulatedTape tape = tape(seed, habits).at(command.getKey(), n, kind);
                        check(what, tape, options);
                        hit.addAll(tape.struck());
                    }
                }
            }
        }
        assertThat(hit).isEqualTo(EnumSet.allOf(TapeFaultKind.class));
    }

    private static SimulatedTape tape(long seed, Set<TapeHabit> habits) {
        return new SimulatedTape("drive1", seed, habits)
                .slowLoads(1)
                .insert(SimulatedCartridge.ofBlocks("SBG001L6", 1000, 10));
    }

    private static void check(String what, SimulatedTape tape, DriveOptions options) throws IOException {
        Session session = run(tape, options);

        assertThat(tape.writes()).as(what + ": no block is sent twice").doesNotHaveDuplicates();
        if (session.finished) {
            assertThat(session.read).as(what).containsExactly("a1", "b22", "#", "c333", "#", "d4444", "#");
        } else {
            assertThat(session.failure)
                    .as(what + ": fails as an operator can understand")
                    .isNotNull();
            assertThat(session.failure.getMessage()).as(what).contains("drive1").contains("HINT: ");
            List<String> all = List.of("a1", "b22", "#", "c333", "#", "d4444", "#");
            assertThat(session.read).as(what).isEqualTo(all.subList(0, session.read.size()));
        }
        String onTape = tape.cartridge().orElseThrow().drawing();
        assertThat(onTape).as(what + ": what was synchronised stays").startsWith(session.synchronised);
        assertThat("a1|b22|#|c333|#|d4444|#")
                .as(what + ": nothing is out of order")
                .startsWith(onTape);
    }

    /** Writes, appends in a second go that finds its place by asking the drive, and reads all of it. */
    private static Session run(SimulatedTape tape, DriveOptions options) {
        Session session = new Session();
        try (TapeDrive drive = ScsiTapeDrive.open("drive1", tape, new QuickWaiter(), options)) {
            drive.load();
            drive.alerts();
            write(drive, session, "a1");
            write(drive, session, "b22");
            drive.state();
            mark(drive, session);
            BlockAddress end = stands(drive, tape, session);
            drive.rewind();
            read(drive, 2);
            drive.spaceFilemarks(1);
            stands(drive, tape, session);
            drive.locate(new BlockAddress(1));
            stands(drive, tape, session);
            drive.spaceToEndOfData();
            assertThat(stands(drive, tape, session)).isEqualTo(end);
            write(drive, session, "c333");
            mark(drive, session);
            stands(drive, tape, session);
            write(drive, session, "d4444");
            mark(drive, session);
            drive.locate(BlockAddress.BEGINNING);
            for (String next = read(drive, 16); !next.isEmpty(); next = read(drive, 16)) {
                session.read.add(next);
            }
            drive.unload();
            session.finished = true;
        } catch (BackupException e) {
            session.failure = e;
        } catch (IOException e) {
            throw new AssertionError("not a failure for operators", e);
        }
        return session;
    }

    private static void write(TapeDrive drive, Session session, String text) throws IOException {
        ByteBuffer block = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        drive.write(block);
        session.accepted.add(text);
    }

    private static void mark(TapeDrive drive, Session session) throws IOException {
        drive.writeFilemarks(1);
        session.accepted.add("#");
        session.synchronised = String.join("|", session.accepted);
    }

    /** What the drive says is where the tape really stands. */
    private static BlockAddress stands(TapeDrive drive, SimulatedTape tape, Session session) throws IOException {
        BlockAddress said = drive.position().next();
        assertThat(said.value())
                .as("after %s, struck %s", session.accepted, tape.struck())
                .isEqualTo(tape.position());
        return said;
    }

    private static String read(TapeDrive drive, int room) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(room);
        ReadOutcome outcome = drive.read(into);
        return switch (outcome.kind()) {
            case BLOCK -> StandardCharsets.US_ASCII.decode(into.flip()).toString();
            case FILEMARK -> "#";
            case END_OF_DATA -> "";
        };
    }

    /** After any failure the drive is asked again; what it says then is true, or it says that it doesn't know. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("sites")
    @Tag("M9")
    void after_a_failed_write_the_position_is_asked_for_and_never_guessed(
            String name, Set<TapeHabit> habits, DriveOptions options) throws IOException {
        Set<String> ways = new HashSet<>();
        for (TapeFaultKind kind : TapeFaultKind.values()) {
            for (long seed = 1; seed <= 8; seed++) {
                SimulatedTape tape = tape(seed, habits);
                String what = name + ": " + kind + ", seed " + seed;
                try (TapeDrive drive = ScsiTapeDrive.open("drive1", tape, new QuickWaiter(), options)) {
                    drive.load();
                    drive.write(block("a1"));
                    drive.writeFilemarks(1);
                    drive.write(block("b22"));
                    tape.next(0x0a, kind);
                    ways.add(failWriteThenResume(what, drive, tape));
                }
            }
        }
        assertThat(ways).contains("written", "resumed");
    }

    private static String failWriteThenResume(String what, TapeDrive drive, SimulatedTape tape) throws IOException {
        try {
            drive.write(block("c333"));
            assertThat(tape.position()).as(what).isEqualTo(4);
            return "written";
        } catch (BackupException e) {
            assertThat(tape.count(0x0a)).as(what).isEqualTo(3);
        }
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                long said = drive.position().next().value();
                assertThat(said).as(what).isEqualTo(tape.position());
                return "resumed";
            } catch (BackupException e) {
                try {
                    drive.rewind();
                } catch (BackupException again) {
                    // becoming ready takes a while
                    assertThat(again).as(what).isNotNull();
                }
            }
        }
        throw new AssertionError(what + ": no position after 20 attempts; struck "
                + Arrays.toString(tape.struck().toArray()));
    }

    private static ByteBuffer block(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
