package io.saddlebag.library.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.lab.TapeLab;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryContract;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.scsi.ChangerCommands;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.sg.SgTransport;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Our robot and our drives behind the kernel's {@code /dev/sg*}, on tgt's changer with two drives; run by
 * {@code scripts/hardware-lab} only. The library keeps its state from test to test: each begins by putting all back.
 */
class SgLibraryHardwareLab extends LibraryContract {
    private static final int UNIT_ATTENTIONS = 5;
    private static final Path CHANGER = Path.of(System.getProperty("saddlebag.lab.changer", "/dev/sg2"));
    /** The wrong way round on purpose: what stands where is asked of the library. */
    private static final List<Path> DRIVES =
            List.of(System.getProperty("saddlebag.lab.drives", "/dev/sg1,/dev/sg0")
                            .split(","))
                    .stream()
                    .map(Path::of)
                    .toList();

    private static final Map<Barcode, Element> HOMES =
            Map.of(new Barcode("SBG001L6"), SE1, new Barcode("SBG002L6"), SE2);

    @Override
    protected Library library() throws IOException {
        try (ScsiLibrary left = open()) {
            for (TapeDrive drive : left.drives().values()) {
                drive.unload();
            }
            for (ElementStatus each : left.inventory().elements()) {
                Element home = each.barcode() == null ? each.element() : HOMES.get(each.barcode());
                if (each.full() && !each.element().equals(home)) {
                    left.move(each.element(), home);
                }
            }
        }
        return open();
    }

    @Override
    protected void operatorMoves(Library library, Element from, Element to) throws IOException {
        try (ScsiTransport hand = SgTransport.open(CHANGER)) {
            for (int i = 0; i < UNIT_ATTENTIONS; i++) {
                hand.execute(ChangerCommands.testUnitReady());
            }
            ScsiReply reply = hand.execute(ChangerCommands.moveMedium(0, address(from), address(to)));
            assertThat(reply.isGood()).isTrue();
        }
    }

    @Test
    @Tag("M14")
    @Tag("M16")
    void a_cartridge_chosen_by_its_barcode_goes_through_both_drives_and_the_mail_slot() throws IOException {
        // tgt needs reads of twice a block's length, and the kernel transfers so much at once only of these
        int[] lengths = {80, 65_537, 262_144, 262_144, 200_001};
        Barcode chosen = new Barcode("SBG002L6");
        try (Library library = library()) {
            Element from = library.inventory().find(chosen).orElseThrow().element();
            library.move(chosen, from, DTE2);
            assertThat(library.inventory().at(DTE2)).contains(new ElementStatus(DTE2, true, chosen, SE2));
            TapeDrive second = library.drives().get(DTE2);
            second.load();
            for (int length : lengths) {
                second.write(ByteBuffer.wrap(noise(length)));
            }
            second.writeFilemarks(1);
            assertThat(second.position().next()).isEqualTo(new BlockAddress(lengths.length + 1));
            second.unload();

            library.move(chosen, DTE2, IEE1);
            assertThat(drawing(library.scan()))
                    .isEqualTo("mte1:- se1:SBG001L6 se2:- se3:- iee1:SBG002L6 dte1:- dte2:-");
            library.move(chosen, IEE1, DTE1);

            TapeDrive first = library.drives().get(DTE1);
            first.load();
            for (int length : lengths) {
                ByteBuffer into = ByteBuffer.allocate(length);
                assertThat(first.read(into)).isEqualTo(ReadOutcome.block(length));
                byte[] got = new byte[length];
                into.flip().get(got);
                assertThat(got).isEqualTo(noise(length));
            }
            assertThat(first.read(ByteBuffer.allocate(80))).isEqualTo(ReadOutcome.FILEMARK);
            first.unload();
            library.move(chosen, DTE1, SE2);
        }
    }

    @Test
    @Tag("M14")
    void a_drive_that_stands_elsewhere_than_configured_is_refused_before_anything_moves() throws IOException {
        try (Library library = library()) {
            String before = drawing(library.inventory());
            assertThatThrownBy(() -> open(DTE1, DTE2))
                    .isInstanceOfSatisfying(
                            LibraryException.class, e -> assertThat(e.code()).isEqualTo(LibraryFault.WRONG_DRIVE))
                    .hasMessageContaining("DRV00001");
            assertThat(drawing(library.inventory())).isEqualTo(before);
        }
    }

    private static ScsiLibrary open() throws IOException {
        return open(null, null);
    }

    private static ScsiLibrary open(@Nullable Element one, @Nullable Element other) throws IOException {
        List<LibraryDrive> drives = new ArrayList<>();
        for (int i = 0; i < DRIVES.size(); i++) {
            TapeDrive drive = ScsiTapeDrive.open(
                    "drive" + i,
                    SgTransport.open(DRIVES.get(i)),
                    new SystemWaiter(),
                    DriveOptions.DEFAULT.withLongReads());
            drives.add(new LibraryDrive(drive, "DRV0000" + (DRIVES.size() - i), null, i == 0 ? one : other));
        }
        return ScsiLibrary.open(new ScsiLibrary.Parts(
                "lib",
                SgTransport.open(CHANGER),
                "LIB00001",
                drives,
                new HeapLocks(),
                new SystemWaiter(),
                ScsiLibrary.Probing.REFUSED));
    }

    private static int address(Element element) {
        int first = switch (element.kind()) {
            case SE -> TapeLab.FIRST_SLOT;
            case IEE -> TapeLab.FIRST_MAILBOX;
            case DTE -> TapeLab.FIRST_DRIVE;
            case MTE -> 1;
        };
        return first + element.number() - 1;
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }
}
