package io.saddlebag.tape.scsi;

import io.saddlebag.host.Waiter;
import io.saddlebag.scsi.DeviceClaim;
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
import io.saddlebag.tape.MediumPresence;
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
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A real drive (M3, M6, M9): variable blocks, buffered writes, a WRITE FILEMARKS that waits as the one synchronisation. A
 * command is sent again only when the drive was too busy to take it; after anything that leaves its fate open the position
 * counts as lost until the drive was asked.
 */
public final class ScsiTapeDrive implements TapeDrive, DensitySetting {
    private final String name;
    private final ScsiTransport transport;
    private final Conversation conversation;
    private final Readiness readiness;
    private final ChosenMotion motion;
    private final BlockReader reader;
    private final BlockWriter writer;
    private final DriveOptions options;
    private final DriveSettings settings;
    private final BlockProtection protection;
    /** Hears once how the drive was set for its user. */
    private @Nullable Consumer<String> listener;

    private BlockLimits limits;
    private boolean limitsAsked;
    private final boolean loadLimitKnown;
    private boolean prepared;
    private boolean released;
    /** The drive may have been told not to let its cartridge go. */
    private boolean locked;

    /** Another host may have had the drive since it was loaded, and have changed the cartridge. */
    private boolean takenAnew;

    private ScsiTapeDrive(
            String name,
            ScsiTransport transport,
            Conversation conversation,
            Readiness readiness,
            DriveOptions options,
            Optional<Integer> generation) {
        this.loadLimitKnown = generation.isPresent();
        this.name = name;
        this.transport = transport;
        this.conversation = conversation;
        this.readiness = readiness;
        this.options = options;
        this.settings = new DriveSettings(name, conversation, options);
        this.protection =
                new BlockProtection(name, conversation, options.protection(), generation.map(DriveIdentity::hasCrc32c));
        this.limits = new BlockLimits(1, DriveIdentity.longestTransfer(transport));
        this.motion = new ChosenMotion(name, conversation, options.positions());
        int longestTransfer = DriveIdentity.longestTransfer(transport);
        this.writer = new BlockWriter(name, conversation, motion, protection, longestTransfer);
        this.reader = new BlockReader(name, conversation, motion, protection, options.longReads(), longestTransfer);
    }

    /**
     * Asks a device who it is, and nothing else: whoever uses the drive now, here or on another host, still hears what it
     * has to report.
     *
     * @param transport the drive's from now on, also when this fails
     * @throws TapeException {@link TapeFault#DRIVE_ERROR} when it is no tape drive
     */
    public static ScsiTapeDrive open(String name, ScsiTransport transport, Waiter waiter, DriveOptions options)
            throws IOException {
        return open(name, transport, waiter, options, DeviceClaim.UNSHARED);
    }

    /**
     * As {@link #open(String, ScsiTransport, Waiter, DriveOptions)}, of a drive that other hosts use, too.
     *
     * @param claim over the same transport; taken and released by whoever uses the drive
     */
    public static ScsiTapeDrive open(
            String name, ScsiTransport transport, Waiter waiter, DriveOptions options, DeviceClaim claim)
            throws IOException {
        Conversation conversation = new Conversation(name, transport, waiter, options.timeouts(), claim);
        try {
            Optional<Integer> generation = DriveIdentity.requireTapeDrive(name, conversation);
            Duration longestLoad = generation.map(DriveIdentity::longestLoad).orElse(TapeCommands.FIRST_LOAD);
            Duration limit = options.timeouts().of(DriveTimeouts.Kind.LOAD, longestLoad);
            Readiness readiness = new Readiness(name, conversation, waiter, limit);
            return new ScsiTapeDrive(name, transport, conversation, readiness, options, generation);
        } catch (IOException | RuntimeException e) {
            try {
                transport.close();
            } catch (IOException close) {
                e.addSuppressed(close);
            }
            throw e;
        }
    }

    /** Not before the drive is ours: a question takes a unit attention away from whom it was meant for. */
    private void askLimits() throws IOException {
        limits = DriveIdentity.limits(conversation, transport);
        if (!loadLimitKnown) {
            readiness.patience(options.timeouts().of(DriveTimeouts.Kind.LOAD, DriveIdentity.longestLoad(conversation)));
        }
        limitsAsked = true;
    }

    @Override
    public String name() {
        return name;
    }

    /** Known from the first {@link #load} on. */
    @Override
    public Set<DriveCapability> capabilities() {
        Set<DriveCapability> can = EnumSet.noneOf(DriveCapability.class);
        if (motion.canLocate()) {
            can.add(DriveCapability.CAN_LOCATE_BY_BLOCK);
        }
        if (settings.isCompressing()) {
            can.add(DriveCapability.COMPRESSES);
        }
        return can;
    }

    @Override
    public BlockLimits blockLimits() {
        return limits;
    }

    @Override
    public DriveState state() throws IOException {
        if (released) {
            // some targets (tgt) stay ready after they were told to unload
            return new DriveState(false, false);
        }
        if (!prepared) {
            readiness.hearNews();
        }
        if (!readiness.isReady()) {
            return new DriveState(false, false);
        }
        return new DriveState(true, settings.mode().writeProtected());
    }

    @Override
    public MediumPresence presence() throws IOException {
        readiness.hearNews();
        return readiness.mediumPresence();
    }

    @Override
    public void load() throws IOException {
        load(line -> {});
    }

    @Override
    public void load(Consumer<String> says) throws IOException {
        hearOfReservation();
        prepared = prepared && !takenAnew;
        takenAnew = false;
        // what happened since the last user is no news, but for blocks that it may have cost
        boolean fresh = writer.endUse();
        boolean moved = readiness.makeReady(fresh, says);
        released = false;
        if (moved) {
            prepared = false;
        }
        // another process may have had the drive, and set it otherwise; what a backup asked for ends with its mount
        settings.ask(options);
        protection.begin();
        listener = says;
        conversation.settingsLost();
        if (prepared) {
            return;
        }
        if (!limitsAsked) {
            askLimits();
        }
        conversation.carryOut(TapeCommands.rewind());
        motion.rewound();
        writer.begin();
        prepared = true;
        keepSettings();
        try {
            motion.prove();
            hearOfReservation();
        } catch (IOException e) {
            prepared = false;
            throw e;
        }
    }

    @Override
    public void unload() throws IOException {
        if (!writer.isBuffered()) {
            // what happened before can't have lost anything
            readiness.hearNews();
        }
        hearOfReservation();
        Readiness.Presence medium = readiness.presenceAtLast();
        if (medium != Readiness.Presence.READY) {
            writer.requireNothingBuffered();
        }
        if (medium == Readiness.Presence.NONE) {
            released = true;
            endUse();
            return;
        }
        writer.flush();
        released = true;
        prepared = false;
        conversation.positionLost();
        letOut();
        conversation.carryOut(TapeCommands.unload());
    }

    @Override
    public TapePosition position() throws IOException {
        requireMedium();
        keepSettings();
        return writer.warned(motion.position());
    }

    @Override
    public WriteOutcome write(ByteBuffer block) throws IOException {
        requireWritable();
        int blockBytes = block.remaining();
        if (blockBytes < limits.shortest() || blockBytes > limits.longest()) {
            throw TapeFailures.blockNotAllowed(name, blockBytes, limits);
        }
        WriteOutcome outcome = writer.write(block);
        block.position(block.limit());
        return outcome;
    }

    @Override
    public WriteOutcome writeFilemarks(int count) throws IOException {
        if (count < 0 || count > 2) {
            throw new IllegalArgumentException("0 to 2 filemarks are written at once, not " + count);
        }
        requireWritable();
        return writer.writeFilemarks(count);
    }

    @Override
    public ReadOutcome read(ByteBuffer into) throws IOException {
        requireMedium();
        conversation.requirePosition();
        keepSettings();
        ReadOutcome outcome = reader.read(into);
        motion.settle();
        return outcome;
    }

    @Override
    public void rewind() throws IOException {
        requireMedium();
        conversation.carryOut(TapeCommands.rewind());
        motion.rewound();
        writer.begin();
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
        requireWritable();
        conversation.carryOut(TapeCommands.eraseShort());
    }

    @Override
    public void setDensity(String density, String compaction) throws IOException {
        requireMedium();
        settings.ask(options.withDensity(densityOf(density)).withCompaction(compactionOf(compaction)));
        conversation.settingsLost();
        boolean done = false;
        try {
            keepSettings();
            settings.requireWritable();
            done = true;
        } finally {
            if (!done) {
                settings.ask(options);
                conversation.settingsLost();
            }
        }
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

    /** Of the last user: {@code on, CRC-32C}, or {@code off: } and why. */
    public String blockProtection() {
        return protection.state();
    }

    private void requireWritable() throws IOException {
        requireMedium();
        conversation.requirePosition();
        keepSettings();
        settings.requireWritable();
    }

    private void hearOfReservation() throws IOException {
        takenAnew = conversation.hearOfReservation() || takenAnew;
    }

    private void requireMedium() throws IOException {
        hearOfReservation();
        if (released || !prepared) {
            throw TapeFailures.noMedium(name);
        }
    }

    /** After a reset a drive is as it was when it was switched on; whoever goes on asks for the position, or rewinds. */
    private void keepSettings() throws IOException {
        if (conversation.areSettingsLost()) {
            settings.apply();
            Consumer<String> says = listener;
            protection.apply(says == null ? line -> {} : says);
            lockIn(says == null ? line -> {} : says);
            listener = null;
            conversation.settingsKnown();
        }
    }

    /** An eject button takes the cartridge away in the middle of a backup otherwise (M3). */
    private void lockIn(Consumer<String> says) throws IOException {
        locked = true;
        if (!conversation.sendAside(TapeCommands.preventRemoval())) {
            says.accept("drive " + name + " doesn't lock its cartridge in: its eject button works while it is used");
        }
    }

    /** Also for a process that died and left it locked. */
    private void letOut() throws IOException {
        locked = !conversation.sendAside(TapeCommands.allowRemoval()) && locked;
    }

    @Override
    public void endUse() {
        if (!locked) {
            return;
        }
        try {
            letOut();
        } catch (IOException e) {
            // who loads next begins anew, and finds out what is wrong with the drive
            prepared = false;
        }
    }
}
