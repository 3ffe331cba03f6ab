package io.saddlebag.library.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.media.Lane;
import io.saddlebag.media.Volume;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.Dependents;
import io.saddlebag.volume.FoundImages;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.MemoryVolumeRegister;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.ProgressListener;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.TapeStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two programs, each with its own view of one robot, and people who reach in: whatever comes in between, right before any
 * command of the first program's job, each image is on the volume that its label and the register say, and is read back
 * from there, or its job failed. All cases of two cartridges and two drives are played.
 */
@Tag("M14")
@Tag("M15")
@Tag("M16")
@Tag("Q11")
@Tag("Q12")
class WrongVolumeRaceTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
    private static final int MOST_COMMANDS = 400;

    /** What comes in between. */
    enum Other {
        ANOTHER_JOB,
        ANOTHER_JOB_THAT_PUTS_ITS_CARTRIDGE_AWAY,
        SOMEBODY_SWAPS_TWO_CARTRIDGES,
        SOMEBODY_SWAPS_TWO_CARTRIDGES_UNSEEN
    }

    private static final class Program {
        private final ScsiLibrary library;
        private final TapeStore store;

        Program(Case all) throws IOException {
            library = all.site.open();
            store = new TapeStore(
                    library,
                    all.register,
                    Dependents.NONE,
                    new Attendants(OperatorDesk.UNATTENDED, FoundImages.LEFT_ALONE, all.notes::add),
                    CLOCK,
                    new BlockSize(4));
        }
    }

    private static final class Case {
        private final SimulatedSite site =
                SimulatedSite.of(ChangerPlan.ofSlots(4, 1).media("A1", "B2").seed(1), 2);
        private final MemoryVolumeRegister register = new MemoryVolumeRegister();
        private final List<String> notes = new ArrayList<>();
        private final Map<StoredImage, String> stored = new HashMap<>();
        private @Nullable BackupException failed;
        private boolean interfered;

        void write(Program program, String id) throws IOException, InterruptedException {
            String data = id + "-data";
            StoredImage image = program.store.append(
                    new ImageToStore(
                            id, Lane.ONLY, "orders", "nightly/1", "jane", "chicago", List.of("tar"), CLOCK.instant()),
                    null,
                    new ByteArrayInputStream(data.getBytes(StandardCharsets.US_ASCII)),
                    ProgressListener.SILENT);
            stored.put(image, data);
        }

        void interfere(Other other) {
            interfered = true;
            try {
                switch (other) {
                    case ANOTHER_JOB -> anotherJob(false);
                    case ANOTHER_JOB_THAT_PUTS_ITS_CARTRIDGE_AWAY -> anotherJob(true);
                    case SOMEBODY_SWAPS_TWO_CARTRIDGES -> swap(true);
                    case SOMEBODY_SWAPS_TWO_CARTRIDGES_UNSEEN -> swap(false);
                }
            } catch (HeapLocks.WouldWait e) {
                // it comes after the move that is under way: another case
            } catch (BackupException e) {
                notes.add("the other job: " + e.getMessage());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private void anotherJob(boolean putsAway) throws IOException, InterruptedException {
            Program other = new Program(this);
            try {
                write(other, "other");
            } finally {
                other.store.close();
            }
            if (putsAway) {
                for (Element drive : other.library.drives().keySet()) {
                    var status = other.library.inventory().at(drive).orElseThrow();
                    if (status.full()) {
                        try (var reservation = other.library.reserve(drive)) {
                            reservation.drive().unload();
                            other.library.move(drive, Element.slot(4));
                        }
                        break;
                    }
                }
            }
        }

        private void swap(boolean noticed) {
            int a = site.changer.placeOf("A1");
            int b = site.changer.placeOf("B2");
            int free = site.address(Element.slot(4));
            boolean onShelves = a >= site.address(Element.slot(1)) && b >= site.address(Element.slot(1));
            if (!onShelves || site.changer.mediumAt(free).isPresent()) {
                return;
            }
            for (int[] step : new int[][] {{a, free}, {b, a}, {free, b}}) {
                if (noticed) {
                    site.changer.operatorMoves(step[0], step[1]);
                } else {
                    site.changer.operatorMovesUnseen(step[0], step[1]);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Other.class)
    void each_image_is_on_the_volume_that_everybody_believes(Other other) throws Exception {
        int cases = 0;
        int succeeded = 0;
        for (boolean used : new boolean[] {false, true}) {
            for (int n = 1; n < MOST_COMMANDS; n++) {
                Case now = new Case();
                try {
                    if (used) {
                        // both jobs want to append to this one
                        Program before = new Program(now);
                        now.write(before, "first");
                        before.store.close();
                        before.library.drives().get(Element.drive(1)).unload();
                        before.library.inventory();
                        before.library.move(Element.drive(1), Element.slot(1));
                    }
                    play(now, n, other);
                    check(now);
                } catch (AssertionError | RuntimeException | IOException e) {
                    throw new AssertionError(
                            other + " before command " + n + (used ? ", used" : "") + ": " + e.getMessage() + "\n"
                                    + now.notes + now.site.changer.log(),
                            e);
                }
                if (!now.interfered) {
                    break;
                }
                cases++;
                succeeded += now.failed == null ? 1 : 0;
            }
        }
        assertThat(cases).as("cases").isBetween(20, 2 * MOST_COMMANDS - 3);
        assertThat(succeeded)
                .as("jobs that went well all the same, of %d", cases)
                .isGreaterThan(cases / 2);
    }

    private static void play(Case now, int n, Other other) throws IOException, InterruptedException {
        Program program = new Program(now);
        now.site.changer.before(n, () -> now.interfere(other));
        try {
            now.write(program, "mine");
        } catch (BackupException e) {
            now.failed = e;
        } finally {
            program.store.close();
            now.site.changer.calm();
        }
    }

    private static void check(Case now) throws IOException, InterruptedException {
        Map<String, String> volumeOf = new HashMap<>();
        for (Volume volume : now.register.volumes()) {
            Barcode barcode = volume.barcode();
            if (barcode != null) {
                assertThat(volumeOf.put(barcode.value(), volume.id().value()))
                        .as("two volumes with barcode %s", barcode)
                        .isNull();
            }
        }
        volumeOf.forEach(
                (barcode, id) -> assertThat(now.site.cartridges.get(barcode).drawing())
                        .as("what is on %s", barcode)
                        .contains(id.substring(0, 4)));
        Program reader = new Program(now);
        reader.library.scan();
        for (Map.Entry<StoredImage, String> image : now.stored.entrySet()) {
            String id = image.getKey().image().imageId();
            try (InputStream in = reader.store.read(id, image.getKey().sections())) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo(image.getValue());
            }
        }
        reader.store.close();
    }
}
