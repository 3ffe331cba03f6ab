package io.saddlebag.tape.scsi;

import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.Inquiry;
import io.saddlebag.scsi.PrimaryCommands;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.SenseData;
import io.saddlebag.scsi.TapeAlertPage;
import io.saddlebag.scsi.TapeCommands;
import io.saddlebag.scsi.TapeDensity;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.DensitySetting;
import io.saddlebag.tape.DriveCapability;
import io.saddlebag.tape.DriveState;
import io.saddlebag.tape.ReadOutcome;
import io.saddlebag.tape.TapeAlert;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFailures;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tape.TapePosition;
import io.saddlebag.tape.WriteOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A real drive (M3, M6, M9): variable blocks, buffered writes, a WRITE FILEMARKS that waits as the one synchronisation. It
 * never repeats a command; after anything that leaves its fate open the position counts as lost until the drive was asked.
 */
public final class ScsiTapeDrive implements TapeDrive, DensitySetting {
    private final String name;
    private final ScsiTransport transport;
    private final Conversation conversation;
    private final Readiness readiness;
    private final ChosenMotion motion;
    private final BlockReader reader;
    private final DriveOptions options;
    private final DriveSettings settings;
    private BlockLimits limits;
    private boolean limitsAsked;
    private boolean prepared;
    private boolean released;
    /** Blocks were taken that no filemark has brought to the tape yet. */
    private boolean buffered;

    private long warnedAt = Long.MAX_VALUE;

    private ScsiTapeDrive(
            String name,
            ScsiTransport transport,
            Conversation conversation,
            Readiness readiness,
            DriveOptions options) {
        this.name = name;
        this.transport = transport;
        this.conversation = conversation;
        this.readiness = readiness;
        this.options = options;
        this.settings = new DriveSettings(name, conversation, options);
        this.limits = new BlockLimits(1, longestTransfer(transport));
        this.motion = new ChosenMotion(
                conversation, new ReportedMotion(name, conversation), new CountedMotion(name, conversation));
        this.reader =
                new BlockReader(name, conversation, motion, options.longReads(), transport.longestTransferBytes());
    }

    /**
     * Asks a device who it is, and nothing else: whoever uses the drive now still hears what it has to report.
     *
     * @param transport the drive's from now on, also when this fails
     * @throws TapeException {@link TapeFault#DRIVE_ERROR} when it is no tape drive
     */
    public static ScsiTapeDrive open(String name, ScsiTransport transport, Waiter waiter, DriveOptions options)
            throws IOException {
        Conversation conversation = new Conversation(name, transport);
        Readiness readiness = new Readiness(name, conversation, waiter);
        try {
            requireTapeDrive(name, conversation);
            return new ScsiTapeDrive(name, transport, conversation, readiness, options);
        } catch (IOException | RuntimeException e) {
            try {
                transport.close();
            } catch (IOException close) {
                e.addSuppressed(close);
            }
            throw e;
        }
    }

    private static void requireTapeDrive(String name, Conversation conversation) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(Inquiry.BYTES);
        conversation.carryOut(PrimaryCommands.inquiry(answer));
        Inquiry inquiry = Inquiry.parse(answer.array());
        if (inquiry.deviceType() != Inquiry.TAPE) {
            throw new TapeException(
                    TapeFault.DRIVE_ERROR,
                    "device " + name + " (" + inquiry.vendor() + " " + inquiry.product()
                            + ") is no tape drive but of type " + inquiry.deviceType(),
                    "Name the drive's own device; discoverdev lists what is attached.");
        }
    }

    private static int longestTransfer(ScsiTransport transport) {
        return Math.min(TapeCommands.LONGEST_BLOCK, transport.longestTransferBytes());
    }

    /** Not before the drive is ours: a question takes a unit attention away from whom it was meant for. */
    private void askLimits() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(6);
        conversation.carryOut(TapeCommands.readBlockLimits(answer));
        int most = longestTransfer(transport);
        int longest = answer.getInt(0) & TapeCommands.LONGEST_BLOCK;
        int shortest = Math.max(1, answer.getShort(4) & 0xffff);
        limits = new BlockLimits(shortest, longest == 0 ? most : Math.max(shortest, Math.min(most, longest)));
        limitsAsked = true;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<DriveCapability> capabilities() {
        return motion.canLocate()
                ? EnumSet.of(DriveCapability.CAN_LOCATE_BY_BLOCK, DriveCapability.COMPRESSES)
                : EnumSet.of(DriveCapability.COMPRESSES);
    }

    @Override
    public BlockLimits blockLimits() {
        return limits;
    }

    @Override
    public DriveState state() throws IOException {
        if (!prepared) {
            readiness.hearNews();
        }
        if (!readiness.isReady()) {
            return new DriveState(false, false);
        }
        return new DriveState(true, settings.mode().writeProtected());
    }

    @Override
    public void load() throws IOException {
        // what happened since the last user is no news, but for blocks that it may have cost
        boolean fresh = !buffered;
        buffered = false;
        boolean moved = readiness.makeReady(fresh);
        released = false;
        if (moved) {
            prepared = false;
        }
        // another process may have had the drive, and set it otherwise; what a backup asked for ends with its mount
        settings.ask(options);
        conversation.settingsLost();
        if (!prepared) {
            if (!limitsAsked) {
                askLimits();
            }
            conversation.carryOut(TapeCommands.rewind());
            motion.rewound();
            if (options.positions() == DriveOptions.Positions.REPORTED) {
                motion.probe();
            }
            warnedAt = Long.MAX_VALUE;
            prepared = true;
            keepSettings();
        }
    }

    @Override
    public void unload() throws IOException {
        if (!buffered) {
            // what happened before can't have lost anything
            readiness.hearNews();
        }
        Readiness.Presence medium = readiness.presenceAtLast();
        if (medium != Readiness.Presence.READY) {
            requireNothingBuffered();
        }
        if (medium == Readiness.Presence.NONE) {
            released = true;
            return;
        }
        if (buffered) {
            conversation.carryOut(TapeCommands.writeFilemarks(0));
            buffered = false;
        }
        released = true;
        prepared = false;
        conversation.positionLost();
        conversation.carryOut(TapeCommands.unload());
    }

    @Override
    public TapePosition position() throws IOException {
        requireMedium();
        keepSettings();
        TapePosition position = motion.position();
        boolean warned = position.pastEarlyWarning() || position.next().value() >= warnedAt;
        return new TapePosition(position.next(), warned);
    }

    @Override
    public WriteOutcome write(ByteBuffer block) throws IOException {
        requireMedium();
        conversation.requirePosition();
        keepSettings();
        int blockBytes = block.remaining();
        if (blockBytes < limits.shortest() || blockBytes > limits.longest()) {
            throw TapeFailures.blockNotAllowed(name, blockBytes, limits);
        }
        WriteOutcome outcome = written(TapeCommands.write(block), 1, blockBytes);
        block.position(block.limit());
        return outcome;
    }

    @Override
    public WriteOutcome writeFilemarks(int count) throws IOException {
        if (count < 0 || count > 2) {
            throw new IllegalArgumentException("0 to 2 filemarks are written at once, not " + count);
        }
        requireMedium();
        conversation.requirePosition();
        keepSettings();
        return written(TapeCommands.writeFilemarks(count), count, count);
    }

    /** Early warning is said with the command that met it, which is carried out (SSC-3, 4.2.7). */
    private WriteOutcome written(ScsiCommand command, int objects, int residueOfAll) throws IOException {
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        boolean warned = reply.status() == ScsiReply.CHECK_CONDITION
                && sense.endOfMedium()
                && !sense.deferred()
                && (sense.key() == SenseData.NO_SENSE || sense.key() == SenseData.RECOVERED_ERROR);
        if (warned && sense.information().orElse(0) != 0) {
            conversation.positionLost();
            throw endOfMedium();
        }
        if (!warned && !Conversation.succeeded(reply, sense)) {
            if (sense.key() == SenseData.VOLUME_OVERFLOW && !sense.deferred()) {
                boolean nothingWritten = sense.information().orElse(-1) == residueOfAll;
                if (!nothingWritten) {
                    conversation.positionLost();
                }
                throw endOfMedium();
            }
            throw conversation.failure(command, reply, sense);
        }
        buffered = command.direction() == ScsiCommand.Direction.OUT;
        motion.passed(objects);
        if (warned) {
            warnedAt = Math.min(warnedAt, motion.position().next().value());
        }
        return warned ? WriteOutcome.WRITTEN_PAST_EARLY_WARNING : WriteOutcome.WRITTEN;
    }

    private void requireNothingBuffered() throws TapeException {
        if (buffered) {
            buffered = false;
            throw new TapeException(
                    TapeFault.DRIVE_ERROR,
                    "the cartridge left drive " + name + " before all that was written had reached it",
                    "What was written since the last filemark may be missing. Repeat the job.");
        }
    }

    private TapeException endOfMedium() {
        return new TapeException(
                TapeFault.END_OF_MEDIUM,
                "the cartridge in drive " + name + " has no room left",
                "Load another cartridge; the volume should have been ended at early warning.");
    }

    @Override
    public ReadOutcome read(ByteBuffer into) throws IOException {
        requireMedium();
        conversation.requirePosition();
        return reader.read(into);
    }

    @Override
    public void rewind() throws IOException {
        requireMedium();
        conversation.carryOut(TapeCommands.rewind());
        motion.rewound();
        warnedAt = Long.MAX_VALUE;
        keepSettings();
    }

    @Override
    public void locate(BlockAddress at) throws IOException {
        requireMedium();
        keepSettings();
        motion.locate(at);
    }

    @Override
    public void spaceFilemarks(int count) throws IOException {
        requireMedium();
        if (count != 0) {
            conversation.requirePosition();
            motion.spaceFilemarks(count);
        }
    }

    @Override
    public void spaceToEndOfData() throws IOException {
        requireMedium();
        keepSettings();
        motion.spaceToEndOfData();
    }

    @Override
    public void erase() throws IOException {
        requireMedium();
        conversation.requirePosition();
        keepSettings();
        conversation.carryOut(TapeCommands.eraseShort());
    }

    @Override
    public void setDensity(String density, String compaction) throws IOException {
        requireMedium();
        settings.ask(options.withDensity(densityOf(density)).withCompaction(compactionOf(compaction)));
        conversation.settingsLost();
        keepSettings();
    }

    private TapeDensity densityOf(String label) throws TapeException {
        return TapeDensity.ofLabel(label)
                .orElseThrow(() -> new TapeException(
                        TapeFault.BAD_DENSITY,
                        "drive " + name + " knows no density '" + label + "'",
                        "Valid are: " + TapeDensity.labels() + "."));
    }

    private static DriveOptions.Compaction compactionOf(String word) {
        return switch (word) {
            case "COMPACTION" -> DriveOptions.Compaction.ON;
            case "NOCOMPACTION" -> DriveOptions.Compaction.OFF;
            case "AS_IT_IS" -> DriveOptions.Compaction.AS_IT_IS;
            default -> throw new IllegalArgumentException("compaction is not '" + word + "'");
        };
    }

    @Override
    public Set<TapeAlert> alerts() throws IOException {
        ByteBuffer page = ByteBuffer.allocate(TapeAlertPage.BYTES);
        ScsiCommand command = PrimaryCommands.logSense(TapeAlertPage.PAGE, page);
        ScsiReply reply = conversation.send(command);
        SenseData sense = SenseData.of(reply);
        if (sense.key() == SenseData.ILLEGAL_REQUEST) {
            return Set.of();
        }
        if (!Conversation.succeeded(reply, sense)) {
            throw conversation.failure(command, reply, sense);
        }
        return TapeAlertPage.raised(Arrays.copyOf(page.array(), TapeAlertPage.BYTES)).stream()
                .flatMap(flag -> TapeAlert.ofFlag(flag).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Ends the connection; the cartridge stays in the drive. */
    @Override
    public void close() throws IOException {
        try {
            transport.close();
        } catch (ScsiException e) {
            throw new TapeException(TapeFault.DRIVE_ERROR, e.what(), e.hint(), e);
        }
    }

    private void requireMedium() throws TapeException {
        if (released || !prepared) {
            throw TapeFailures.noMedium(name);
        }
    }

    /** After a reset a drive is as it was when it was switched on; whoever goes on asks for the position, or rewinds. */
    private void keepSettings() throws IOException {
        if (conversation.areSettingsLost()) {
            settings.apply();
            conversation.settingsKnown();
        }
    }
}
