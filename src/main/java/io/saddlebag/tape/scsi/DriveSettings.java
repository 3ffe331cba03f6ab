package io.saddlebag.tape.scsi;

import io.saddlebag.scsi.DensityReport;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.scsi.TapeMode;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.scsi.DriveOptions.Compaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sets variable blocks, density and compaction, and looks whether the drive took them (M5). */
final class DriveSettings {
    private final String drive;
    private final Conversation conversation;
    private DriveOptions options;
    private boolean compressing;
    private @Nullable TapeException unwritable;

    DriveSettings(String drive, Conversation conversation, DriveOptions options) {
        this.drive = drive;
        this.conversation = conversation;
        this.options = options;
    }

    /** What is asked for from the next {@link #apply} on. A density that was asked for before is not kept. */
    void ask(DriveOptions wanted) {
        boolean kept = options.density() != TapeMode.KEEP_DENSITY && wanted.density() == TapeMode.KEEP_DENSITY;
        options = kept ? wanted.choosingItself() : wanted;
    }

    /**
     * A density that the drive has and this cartridge doesn't take only keeps it from being written.
     *
     * @throws TapeException {@link TapeFault#BAD_DENSITY}: the drive can't do what was asked for
     */
    void apply() throws IOException {
        boolean choice = options.density() != TapeMode.KEEP_DENSITY && options.density() != 0;
        boolean known = choice && isReported();
        unwritable = null;
        if (!select(options.density())) {
            TapeException refused = refused("refuses " + asked() + (known ? " for the cartridge in it" : ""));
            if (!known || !select(TapeMode.KEEP_DENSITY)) {
                throw refused;
            }
            unwritable = refused;
        }
        verify(choice && unwritable == null);
        compressing = options.compaction() == Compaction.ON
                || (options.compaction() == Compaction.AS_IT_IS && saysThatItCompresses());
    }

    /** @throws TapeException {@link TapeFault#BAD_DENSITY}: this cartridge doesn't take what was asked for */
    void requireWritable() throws TapeException {
        TapeException why = unwritable;
        if (why != null) {
            throw new TapeException(TapeFault.BAD_DENSITY, why.what(), why.hint(), why);
        }
    }

    /** @return false when the drive refuses a choice */
    private boolean select(int density) throws IOException {
        TapeMode mode = new TapeMode(false, true, density, 0);
        byte[] parameters = options.compaction() == Compaction.AS_IT_IS
                ? mode.toBytes()
                : mode.toBytes(compressionPage(options.compaction() == Compaction.ON));
        ScsiCommand command = TapeCommands.modeSelect(ByteBuffer.wrap(parameters));
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (Conversation.succeeded(reply, sense)) {
            return true;
        }
        boolean choice = density != TapeMode.KEEP_DENSITY || options.compaction() != Compaction.AS_IT_IS;
        if (sense.key() != SenseData.ILLEGAL_REQUEST || !choice) {
            throw conversation.failure(command, reply, sense);
        }
        return false;
    }

    /** Whether the drive compresses, as it said when its settings were made last. */
    boolean isCompressing() {
        return compressing;
    }

    /** By the data compression page, or, of drives that have none, the device configuration page (SSC-3, 8.3). */
    private boolean saysThatItCompresses() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(TapeMode.BYTES + TapeMode.COMPRESSION_BYTES);
        if (has(TapeMode.COMPRESSION_PAGE, answer)) {
            return TapeMode.isCompressing(answer.array(), TapeMode.COMPRESSION_PAGE);
        }
        return has(TapeMode.CONFIGURATION_PAGE, answer)
                && TapeMode.isCompressing(answer.array(), TapeMode.CONFIGURATION_PAGE);
    }

    private boolean has(int page, ByteBuffer answer) throws IOException {
        ScsiCommand command = TapeCommands.modeSense(page, answer);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() == SenseData.ILLEGAL_REQUEST) {
            return false;
        }
        if (!Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        return true;
    }

    /** The header and block descriptor of the mode page that is there in any drive. */
    TapeMode mode() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(TapeMode.BYTES);
        conversation.carryOut(TapeCommands.modeSense(0, answer));
        return TapeMode.parse(answer.array());
    }

    private void verify(boolean choice) throws IOException {
        TapeMode mode = mode();
        if (mode.blockBytes() != 0) {
            throw new TapeException(
                    TapeFault.DRIVE_ERROR,
                    "drive " + drive + " keeps to blocks of " + mode.blockBytes() + " bytes",
                    "Set the drive to variable block length.");
        }
        // a protected medium shows its own density, and nothing will be written
        if (choice && mode.density() != options.density() && !mode.writeProtected()) {
            throw refused("took " + asked() + " and writes " + TapeDensity.nameOf(mode.density()));
        }
        if (options.compaction() != Compaction.AS_IT_IS
                && TapeMode.isCompressing(page()) != (options.compaction() == Compaction.ON)) {
            throw refused("took " + asked() + " and does otherwise");
        }
    }

    private byte[] compressionPage(boolean on) throws IOException {
        return TapeMode.withCompression(page(), on);
    }

    private byte[] page() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(TapeMode.BYTES + TapeMode.COMPRESSION_BYTES);
        ScsiCommand command = TapeCommands.modeSense(TapeMode.COMPRESSION_PAGE, answer);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() == SenseData.ILLEGAL_REQUEST) {
            throw refused("can't be told whether to compress");
        }
        if (!Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        byte[] page = TapeMode.compressionPage(answer.array());
        if (options.compaction() == Compaction.ON && !TapeMode.canCompress(page)) {
            throw refused("can't compress");
        }
        return page;
    }

    /**
     * Many drives take any density and then write their own: what they report is asked first.
     *
     * @return whether the drive says that it can write this density; else it says nothing
     */
    private boolean isReported() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(DensityReport.BYTES);
        ScsiCommand command = TapeCommands.reportDensities(answer);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() == SenseData.ILLEGAL_REQUEST) {
            return false;
        }
        if (!Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        DensityReport report = DensityReport.parse(
                Arrays.copyOf(answer.array(), reply.isGood() ? reply.transferredBytes() : DensityReport.BYTES));
        if (!report.writable().isEmpty() && !report.writable().contains(options.density())) {
            throw refused("can't write " + asked() + ", but "
                    + report.writable().stream().map(TapeDensity::nameOf).collect(Collectors.joining(" and ")));
        }
        return !report.writable().isEmpty();
    }

    private String asked() {
        String density =
                options.density() == TapeMode.KEEP_DENSITY ? "" : "density " + TapeDensity.nameOf(options.density());
        String compaction = options.compaction() == Compaction.AS_IT_IS
                ? ""
                : options.compaction() == Compaction.ON ? "compaction" : "nocompaction";
        return density.isEmpty() ? compaction : compaction.isEmpty() ? density : density + " with " + compaction;
    }

    private TapeException refused(String what) {
        return new TapeException(
                TapeFault.BAD_DENSITY,
                "drive " + drive + " " + what,
                "Choose a density that this drive and cartridge have, or DEFAULT, and no compaction option.");
    }
}
